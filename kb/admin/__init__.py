"""The curators' tables: a desk beside the site, not a second application."""

from kb.admin import entries, history, members, records, topics

__all__ = ["entries", "history", "members", "records", "topics"]
