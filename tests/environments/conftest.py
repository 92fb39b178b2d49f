"""Keeps scripts for environments of their own out of the plain test run."""

collect_ignore_glob = ["*.py"]
