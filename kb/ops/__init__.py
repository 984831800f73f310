"""Verbs: every write, each in one transaction and attributed to somebody."""
