"""Find what an item of a list already is in the library.

In this order: the same arXiv id, the same canonical address, the same kind and
title where one of the two has no address, or had another in this very list.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from kb.models import Entry, ListItem, ReadingList
from kb.readinglist.document import Entry as Item
from kb.text.titles import fold

Key = tuple[str, str]


class Known:
    """The entries of the library, to be looked up by any of their identities.

    Four queries for the whole list, and none for a look-up.
    """

    def __init__(self, reading_list: ReadingList, items: Iterable[Item]) -> None:
        """Load the identities of every entry."""
        self.addresses = {item.canonical_url for item in items if item.canonical_url}
        self.listed = {
            item.entry_id: item for item in reading_list.items.exclude(entry=None)
        }
        self.by_arxiv: dict[str, int] = {}
        self.by_url: dict[str, int] = {}
        self.by_title: dict[Key, int] = {}
        self.url_of: dict[int, str | None] = {}
        columns = ("pk", "kind", "title", "url", "paper__arxiv_id")
        for row in Entry.objects.order_by("-pk").values_list(*columns):
            self.add(*row)

    def add(
        self, key: int, kind: str, title: str, url: str | None, arxiv_id: str | None
    ) -> None:
        """Remember an entry."""
        self.by_title[kind, fold(title)] = key
        self.url_of[key] = url
        if url:
            self.by_url[url] = key
        if arxiv_id:
            self.by_arxiv[arxiv_id] = key

    def find(self, item: Item) -> int | None:
        """Return the key of the entry the item is, or None when it is new."""
        return (
            self.by_arxiv.get(item.arxiv_id or "")
            or self.by_url.get(item.canonical_url or "")
            or self.find_by_title(item)
        )

    def find_by_title(self, item: Item) -> int | None:
        """Return the entry of that title, unless both have addresses that stand."""
        title = fold(item.title)
        key = self.by_title.get((item.kind, title)) if title else None
        if key is None or not item.canonical_url:
            return key
        url = self.url_of[key]
        relinked = key in self.listed and url not in self.addresses
        return key if url is None or relinked else None

    def before(self, key: int) -> ListItem | None:
        """Return what this list last said of an entry."""
        return self.listed.get(key)

    def load(self, keys: Iterable[int]) -> dict[int, Entry]:
        """Return the entries with what the import compares, locked until its end."""
        rows: QuerySet[Entry] = Entry.objects.filter(pk__in=set(keys)).order_by("pk")
        list(rows.select_for_update().values_list("pk"))
        loaded = rows.select_related("paper").prefetch_related(
            "summaries",
            "filings",
            "tags",  # type: ignore[misc]  # taggit is untyped
        )
        return {entry.pk: entry for entry in loaded}
