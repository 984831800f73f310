"""Entries as a file of citations: any list, search or entry with `?format=`."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from kb.citations.styles import STYLES
from kb.models import Entry
from kb.models.entries import EntryQuerySet
from kb.ops import exports
from kb.ops.citations import CHUNK, FORMATS, Format, reference


def wanted(request: HttpRequest) -> Format | None:
    """Return the format that the address asks for, None for a page."""
    return FORMATS.get(request.GET.get("format", ""))


def printed(entry: Entry) -> list[tuple[str, str, str]]:
    """Return an entry as each style prints it: the style's key, its name, the text.

    The last is Markdown: the item that a reading list would have.
    """
    told = reference(entry)
    styled = [(key, label, write(told)) for key, (label, write) in STYLES.items()]
    return [*styled, ("markdown", "Markdown", exports.item(entry))]


def download(
    entries: EntryQuerySet[Entry], keys: Iterable[int], form: Format
) -> StreamingHttpResponse:
    """Return entries, in the order of their keys, as a file.

    A few queries for each five hundred, while it is sent: a library is no page.
    """
    pieces = (piece.encode() for piece in form.write(in_order(entries, list(keys))))
    response = StreamingHttpResponse(
        pieces, content_type=f"{form.media_type}; charset=utf-8"
    )
    stamp = timezone.localdate().isoformat()
    name = f"references-{stamp}.{form.ending}"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def in_order(entries: EntryQuerySet[Entry], keys: Sequence[int]) -> Iterator[Entry]:
    """Yield entries with all that a row shows, some at a time."""
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        found = entries.for_list().in_bulk(some)
        yield from (found[key] for key in some if key in found)
