"""Two entries side by side, and what shall become of them as one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kb.models import Entry
from kb.models.summaries import Language
from kb.ops import entries, merging
from kb.ops.errors import NotUnderstood, OpError
from kb.ops.merging import Choice
from kb.ops.words import translated
from kb.web import undo
from kb.web.doors import MemberRequest, curating
from kb.web.keys import keys_in


@dataclass(frozen=True)
class Fact:
    """One thing that both entries say, and not alike."""

    name: str
    label: str
    kept: Any
    other: Any
    both: bool = False  # whether both can be kept


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def merge(request: MemberRequest, pk: int) -> HttpResponse:
    """Show an entry beside the other one, or ask which that is; or merge them."""
    rows = Entry.objects.there().for_list()
    kept = get_object_or_404(rows, pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    other = None
    if text := asked.get("other", "").strip():
        other = rows.filter(pk=named(text)).exclude(pk=pk).first()
        if other is None:
            told = _("“%(text)s” is no other entry of the library.") % {
                "text": text[:80]
            }
            messages.error(request, told)
    if other is None:
        return render(request, "kb/merge_pick.html", {"kept": kept})
    if request.method == "POST":
        return merged(request, kept, other)
    sides = [side(kept), side(other)]
    context = {"kept": kept, "other": other, "sides": sides}
    return render(request, "kb/merge_two.html", context | {"facts": facts(kept, other)})


def named(text: str) -> int:
    """Return the key of the entry a text names: its key, its page, or its address."""
    last = text.rstrip("/").rpartition("/")[2]
    if keys := keys_in([text]) or ("/entries/" in text and keys_in([last])):
        return keys[0]
    try:
        entry = entries.known(entries.understand(text))
    except NotUnderstood:
        return 0
    return entry.pk if entry else 0


def merged(request: MemberRequest, kept: Entry, other: Entry) -> HttpResponse:
    """Make them one as chosen, with a button that makes them two again."""
    said = request.POST
    choice = Choice(
        title=said.get("title", ""),
        facts={name: said.get(name, "") for name in merging.differing(kept, other)},
        summaries={
            code: said[f"summary_{code}"]
            for code in Language.values
            if f"summary_{code}" in said
        },
    )
    try:
        run = merging.merge(kept, other, choice, by=request.user, now=timezone.now())
    except OpError as refusal:
        messages.error(request, translated(refusal))
        return redirect("kb:merge", kept.pk)
    told = _("They are one entry now.")
    undo.offer(request, told, reverse("kb:run_undo", args=[run.pk]))
    return redirect(kept)


def facts(kept: Entry, other: Entry) -> list[Fact]:
    """Return what can be chosen: where both say something, and not the same."""
    found = []
    if kept.title != other.title:
        found.append(Fact("title", _("Title"), kept.title, other.title))
    for name in merging.differing(kept, other):
        label = kept_label(kept, name)
        ours, theirs = (words(merging.said(entry, name)) for entry in (kept, other))
        found.append(Fact(name, label, ours, theirs))
    for code, label in Language.choices:
        ours, theirs = (text_in(entry, code) for entry in (kept, other))
        if ours and theirs and ours != theirs:
            name = _("Summary (%(language)s)") % {"language": label}
            found.append(Fact(f"summary_{code}", name, ours, theirs, both=True))
    return found


def text_in(entry: Entry, language: str) -> str:
    """Return the summary of one language, "" for none; they are loaded."""
    texts = (one.body for one in entry.summaries.all() if one.language == language)
    return next(texts, "")


def kept_label(entry: Entry, name: str) -> str:
    """Return what a field is called."""
    model = type(getattr(entry, entry.kind))
    return str(capfirst(model._meta.get_field(name).verbose_name))  # noqa: SLF001


def words(value: Any) -> str:
    """Return what a field says, in words."""
    if isinstance(value, list):  # authors
        return ", ".join(author["name"] for author in value)
    return str(value)


def side(entry: Entry) -> dict[str, Any]:
    """Return what is shown of one of the two: all that goes along."""
    return {
        "entry": entry,
        "notes": entry.annotations.filter(visibility="team", deleted_at=None).count(),
        "links": entry.resources.shown().count(),
    }
