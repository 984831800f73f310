"""The curators' tables: a desk beside the site, not a second application."""

from kb.admin import (
    annotations,
    entries,
    history,
    mails,
    members,
    records,
    resources,
    summaries,
    topics,
)

__all__ = [
    "annotations",
    "entries",
    "history",
    "mails",
    "members",
    "records",
    "resources",
    "summaries",
    "topics",
]
