"""What the shop's own systems know, mirrored here: items and orders as whole snapshots."""
