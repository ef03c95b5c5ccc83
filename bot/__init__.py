"""Yeban 夜班, the night-shift clerk of an online shop."""
