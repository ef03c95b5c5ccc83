"""How slots are read from a text, one kind of thing a module; `bot.core.slots` puts them together."""
