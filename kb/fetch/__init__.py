"""The one place that opens a socket to an address a person typed.

`getting.get` is all that callers need. It asks only what `rules` call public, connects
to the very address that was checked (`pinned`), and ends in time (`wire`). Nothing here
touches the database or knows settings.
"""

from kb.fetch.errors import NotFetched
from kb.fetch.getting import Fetched, get
from kb.fetch.rules import Rules

__all__ = ["Fetched", "NotFetched", "Rules", "get"]
