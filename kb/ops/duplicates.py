"""Find what is in the library already under a title that is nearly the same.

Only the same arXiv id, address or DOI make two things one; of a title that is nearly
another's, people are told, and they decide.
"""

from collections.abc import Iterable, Iterator

from django.db.models import F

from kb.models import Entry, PaperVersion
from kb.text.alike import Finder


def likely(titles: Iterable[str]) -> dict[str, list[Entry]]:
    """Return the entries that each of `titles` may be the same as.

    Titles that are like nobody's are left out. What a paper was called at arXiv, now or
    in an earlier version, counts as its title. Three queries, however many titles.
    """
    finder = Finder(titles)
    if not finder.asked:
        return {}
    for owner, title in known():
        finder.see(title, owner)
    found = finder.found()
    entries = Entry.objects.in_bulk({key for keys in found.values() for key in keys})
    return {title: [entries[key] for key in keys] for title, keys in found.items()}


def known() -> Iterator[tuple[int, str]]:
    """Yield every title in the library, with its entry's key."""
    columns = ("pk", "title", "paper__arxiv_title")
    for key, title, at_arxiv in Entry.objects.order_by("pk").values_list(*columns):
        yield key, title
        if at_arxiv and at_arxiv != title:
            yield key, at_arxiv
    older = PaperVersion.objects.exclude(title="").order_by()
    older = older.exclude(title=F("paper__arxiv_title"))
    yield from older.values_list("paper_id", "title").distinct()
