"""Write summaries: nobody's text is lost to another's."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry, Summary
from kb.models.history import events
from kb.ops import annotations
from kb.ops.acting import acting
from kb.ops.errors import NoText, Outdated
from kb.text import markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def save(
    entry: Entry,
    language: str,
    body: str,
    *,
    base: int,
    by: "User | None",
    now: datetime,
) -> Summary:
    """Save the text of one language; `base` is the version the writer began from.

    0 stands for none. Saving what is there changes nothing. Raises Outdated when
    somebody saved since, NoText, and markdown.TooLong.
    """
    return put(entry, language, clean(body), base=base, by=by, now=now)


def relabel(summary: Summary, language: str) -> None:
    """Say that a summary is written in another language; notes about it go along.

    The caller has made sure that there is none in that language, and is in `acting`.
    """
    notes = Annotation.objects.filter(entry=summary.entry_id, where=summary.language)
    notes.update(where=language)
    Summary.objects.filter(pk=summary.pk).update(language=language)


def put(
    entry: Entry,
    language: str,
    body: str,
    *,
    base: int,
    by: "User | None",
    now: datetime,
) -> Summary:
    """Save a text as `save` does, to the byte: one that was a summary before."""
    with acting(by, "write summary"):
        # The entry's row is the lock: two first summaries meet here.
        Entry.objects.select_for_update().get(pk=entry.pk)
        summary = entry.summaries.filter(language=language).first()
        summary = summary or Summary(entry=entry, language=language, version=0)
        if summary.body == body:
            return summary
        if summary.version != base:
            raise Outdated(changed(summary), summary)
        if not summary.pk:
            summary.version = last_version(entry, language)
        shown = summary.html
        fill(summary, body, by=by, now=now).save()
        annotations.carry(entry, language, shown, summary.html, now=now)
        return summary


def delete(summary: Summary, *, by: "User | None", now: datetime) -> None:
    """Remove the summary of one language; notes about it stay, as orphaned."""
    with acting(by, "delete summary"):
        Entry.objects.select_for_update().get(pk=summary.entry_id)
        for there in Summary.objects.filter(pk=summary.pk):
            annotations.carry(there.entry, there.language, there.html, "", now=now)
            there.delete()


def changed(summary: Summary) -> str:
    """Return what happened to a summary that is not what its writer began from."""
    if summary.pk:
        return _("Somebody saved this summary since you began.")
    return _("Somebody deleted this summary since you began.")


def last_version(entry: Entry, language: str) -> int:
    """Return the version of a summary that was deleted, 0 for none.

    The next one counts on from there: a version stands for one text for ever.
    """
    rows: QuerySet[Any] = QuerySet(events(Summary))
    there = rows.filter(entry=entry.pk, language=language)
    return there.aggregate(last=Max("version"))["last"] or 0


def fill(summary: Summary, body: str, *, by: "User | None", now: datetime) -> Summary:
    """Put the next version's text into a summary, which is not saved yet.

    Raises markdown.TooLong.
    """
    summary.body, summary.html = body, markdown.render(body)
    summary.excerpt = markdown.excerpt(body, 180)
    summary.renderer = markdown.RENDERER
    summary.version += 1
    summary.edited_by, summary.edited_at = by, now
    return summary


def clean(body: str) -> str:
    """Return the text as it is kept. Raises NoText."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not body.strip():
        raise NoText(_("A summary needs some text. Nothing was saved."))
    return body
