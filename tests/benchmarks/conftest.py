"""Keeps benchmarks out of the plain test run: they take minutes, and packages that tests do not need."""

collect_ignore_glob = ["*.py"]
