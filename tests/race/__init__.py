"""A human and the bot answer at the same moment: the bot never speaks after the human."""
