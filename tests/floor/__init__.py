"""A month of shifts in a real store, agents as agents are, and a naive judge of who had whom and who was left."""
