"""Find what an item of a list already is in the library.

In this order: the same arXiv id; the same canonical address, over http or https; the
same DOI, also one that a publisher's address ends in; what this list last called by
that address; the same kind and title, where one of the two has no address or the list
has dropped the other.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from kb.models import Entry, ListItem, ReadingList
from kb.models.entries import TITLE_LENGTH
from kb.readinglist.document import Entry as Item
from kb.text import urls
from kb.text.titles import fold

Key = tuple[str, str]


class Known:
    """The entries of the library, to be looked up by any of their identities.

    Two queries for the whole list, and none for a look-up.
    """

    def __init__(self, reading_list: ReadingList, items: Iterable[Item]) -> None:
        """Load the identities of every entry, and what the list last said."""
        self.addresses = {item.canonical_url for item in items if item.canonical_url}
        self.listed: dict[int, ListItem] = {}
        self.by_arxiv: dict[str, int] = {}
        self.by_url: dict[str, int] = {}
        self.by_doi: dict[str, int] = {}
        self.by_title: dict[Key, int] = {}
        self.said_url: dict[str, int] = {}
        self.said_title: dict[Key, int] = {}
        self.url_of: dict[int, str | None] = {}
        self.claimed: dict[int, str] = {}
        columns = ("pk", "kind", "title", "url", "paper__arxiv_id", "paper__doi")
        rows = Entry.objects.order_by("-pk").values_list("merged_into", *columns)
        into = {row[1]: row[0] for row in rows if row[0]}
        # What others were called finds them, and what they are called themselves first.
        for _into, key, *identities in sorted(rows, key=lambda row: row[0] is None):
            self.add(last(key, into), *identities)
        for item in reading_list.items.exclude(entry=None):
            self.remember(item)

    def add(
        self,
        key: int,
        kind: str,
        title: str,
        url: str | None,
        arxiv_id: str | None,
        doi: str | None,
    ) -> None:
        """Index an entry."""
        self.by_title[kind, fold(title)] = key
        self.url_of[key] = url
        if url:
            self.by_url[url] = key
        if arxiv_id:
            self.by_arxiv[arxiv_id] = key
        if doi:
            self.by_doi[doi.lower()] = key

    def add_new(self, key: int, item: Item) -> None:
        """Index an item that is nothing yet."""
        url = item.canonical_url
        doi = urls.doi(url or "")
        self.add(key, item.kind, title_of(item), url, item.arxiv_id, doi)
        if url:
            self.claimed[key] = url

    def remember(self, item: ListItem) -> None:
        """Index what the list last said of an entry."""
        key, said = item.entry_id or 0, item.said
        self.listed[key] = item
        if said.get("url"):
            self.said_url[said["url"]] = key
        self.said_title[said.get("kind", ""), fold(said.get("title", ""))] = key

    def find(self, item: Item) -> int | None:
        """Return the key of the entry the item is, or None when it is new."""
        url = item.canonical_url or ""
        key = (
            self.by_arxiv.get(item.arxiv_id or "")
            or self.by_url.get(url)
            or self.by_url.get(urls.with_other_scheme(url))
            or self.by_doi.get(urls.doi(url) or urls.doi_within(url) or "")
            or self.said_url.get(url)
            or self.find_by_title(item)
        )
        if key and url:
            self.claimed.setdefault(key, url)
            self.by_url.setdefault(url, key)
        return key

    def find_by_title(self, item: Item) -> int | None:
        """Return the entry of that title, unless both have addresses that stand."""
        title = (item.kind, fold(title_of(item)))
        key = self.said_title.get(title) or self.by_title.get(title)
        if not (key and title[1]) or not item.canonical_url:
            return key if title[1] else None
        if self.claimed.get(key, item.canonical_url) != item.canonical_url:
            return None  # two pages of one title
        url = self.url_of.get(key)
        return key if url is None or self.dropped(key) else None

    def dropped(self, key: int) -> bool:
        """Say whether the list had another address for the entry and has it no more."""
        said = self.listed[key].said.get("url") if key in self.listed else None
        return bool(said) and said not in self.addresses

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


def last(key: int, into: dict[int, int]) -> int:
    """Return the entry that an entry is now, after all it was merged into."""
    while key in into:
        key = into[key]
    return key


def key_of(item: Item) -> str:
    """Return what tells an item from the others of a list, also of its next version."""
    return item.canonical_url or fold(title_of(item))


def title_of(item: Item) -> str:
    """Return the item's title as the library can keep it."""
    return item.title.strip()[:TITLE_LENGTH]
