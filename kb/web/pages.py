"""One page of a list of entries, read by key."""

from django.core.paginator import Page, Paginator

from kb.models import Entry
from kb.models.entries import EntryQuerySet


def page_of(
    entries: EntryQuerySet[Entry], number: str | None, size: int
) -> Page[Entry]:
    """Return a page of entries with what their rows show; the last, if it is too far.

    Only keys are put in order, and the page's own rows read then: to sort whole rows
    of a long list takes four times as long.
    """
    keys = Paginator(entries.values_list("pk", flat=True), size).get_page(number)
    ordered = list(keys)
    rows = entries.for_list().in_bulk(ordered)
    shown = [rows[key] for key in ordered if key in rows]
    return Page(shown, keys.number, keys.paginator)  # type: ignore[arg-type]
