"""The store's calls by theme, as the port is."""
