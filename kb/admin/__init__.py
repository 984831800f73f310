"""The curators' tables: a desk beside the site, not a second application."""

from kb.admin import (
    annotations,
    entries,
    history,
    members,
    records,
    resources,
    topics,
)

__all__ = [
    "annotations",
    "entries",
    "history",
    "members",
    "records",
    "resources",
    "topics",
]
