"""The command line: one module a command family, each a thin face on the core."""
