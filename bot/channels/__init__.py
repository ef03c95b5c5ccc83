"""Ways out to buyers and agents, one file a channel."""
