"""Random lives of orders, in a real store under two schedulers, and a naive judge of what was sent."""
