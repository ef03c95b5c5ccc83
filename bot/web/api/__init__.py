"""The HTTP face of people's work: queue, threads, rosters, notebooks, figures."""
