"""What `make bench` measures: ratios against rivals on this machine, never absolute times."""
