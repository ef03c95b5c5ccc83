"""Benches of the running service beside a ceiling: `throughput`, `latency`, `growth`, `nudges`."""
