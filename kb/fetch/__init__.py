"""The one place that opens a socket to an address a person typed.

`getting.get` and `getting.look` are all that callers need. They ask only what `rules`
call public, connect to the very address that was checked (`pinned`), and end in time
(`wire`). Nothing here touches the database or knows settings.
"""

from kb.fetch.errors import NotFetched
from kb.fetch.getting import Fetched, Looked, get, look
from kb.fetch.rules import Rules

__all__ = ["Fetched", "Looked", "NotFetched", "Rules", "get", "look"]
