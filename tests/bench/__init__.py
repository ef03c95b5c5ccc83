"""Benches: how well Yeban understands beside what else there is, how sure it may be, and how fast it matches."""
