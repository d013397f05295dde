"""Benchmarks: each figure is a ratio against a peer or a floor in the same run (DESIGN 7)."""
