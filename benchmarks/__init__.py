"""Benchmarks: ratios measured in one run, printed and never asserted. Run them with `make bench`."""
