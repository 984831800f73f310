"""Add what somebody found: paste it, see what it is, keep it."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kb import tasks
from kb.models import Entry
from kb.models.entries import TITLE_LENGTH
from kb.ops import capture, duplicates, entries
from kb.ops.entries import Named
from kb.ops.errors import AlreadyListed, InTheBin, NotUnderstood
from kb.text import urls
from kb.web.doors import MemberRequest
from kb.web.forms import NOTE_LENGTH, AddForm, PasteForm

NOTE_IN_ADDRESS = 4000  # characters; longer addresses are refused on the way


def add(request: MemberRequest) -> HttpResponse:
    """Take a paste; say what it names; on the second step, keep it.

    A known page is shown instead of added twice. `?text=` fills in the paste, `title`
    what it is called, and `note` what was marked there: so a bookmark, the browser
    extension and another app's share button send it.
    """
    pasted = request.POST if request.method == "POST" else sent(request)
    if "text" not in pasted:
        return render(request, "kb/add.html", {"paste": PasteForm()})
    paste = PasteForm(pasted)
    if not paste.is_valid():
        return render(request, "kb/add.html", {"paste": paste}, status=422)
    try:
        named = entries.understand(paste.cleaned_data["text"])
        entries.refuse_known(named)
    except NotUnderstood as refusal:
        paste.add_error("text", str(refusal))
        return render(request, "kb/add.html", {"paste": paste}, status=422)
    except AlreadyListed as refusal:
        return listed(request, refusal, pasted.get("note", ""))
    if request.method == "POST" and "save" in request.POST:
        return save(request, named)
    start = {"text": named.source_url, "kind": named.kind}
    start["note"] = capture.quoted(pasted.get("note", "")[:NOTE_LENGTH])
    if not named.arxiv:  # arXiv gives it
        start["title"] = " ".join(pasted.get("title", "").split())[:TITLE_LENGTH]
    return confirm(request, named, AddForm(initial=start))


def sent(request: MemberRequest) -> QueryDict:
    """Return what an address says; an app may share one among the words."""
    said = request.GET.copy()
    words = said.get("note", "")
    if not said.get("text", "") and (found := next(urls.find_urls(words), None)):
        said["text"] = found.url
        said["note"] = f"{words[: found.start]}{words[found.end :]}"
    return said


def listed(
    request: MemberRequest, refusal: AlreadyListed, note: str = ""
) -> HttpResponse:
    """Show the entry that is there; of one in the bin its page offers it again.

    What was marked on the page is offered as a note on it.
    """
    if not isinstance(refusal, InTheBin):
        messages.info(request, str(refusal))
        if note.strip():
            address = reverse("kb:note_add", args=[refusal.entry.pk])
            words = urlencode({"note": capture.quoted(note[:NOTE_IN_ADDRESS])})
            return redirect(f"{address}?{words}")
    return redirect(refusal.entry)


def confirm(
    request: MemberRequest,
    named: Named,
    form: AddForm,
    *,
    alike: Sequence[Entry] = (),
    status: int = 200,
) -> HttpResponse:
    """Show what the paste names, what it may be the same as, and what is asked."""
    off = not settings.ARXIV_ENABLED
    context = {"form": form, "named": named, "alike": alike, "arxiv_is_off": off}
    return render(request, "kb/add_confirm.html", context, status=status)


def save(request: MemberRequest, named: Named) -> HttpResponse:
    """Keep it, or say what is missing, or what it may be the same as."""
    form = AddForm(request.POST)
    if form.is_valid() and not named.arxiv and not form.cleaned_data["title"]:
        form.add_error("title", _("Give it a title."))
    if not form.is_valid():
        return confirm(request, named, form, status=422)
    wanted = form.wanted(named.kind)
    alike = duplicates.likely([wanted.title]).get(wanted.title, [])
    shown = request.POST.getlist("not_the_same")
    if not all(str(entry.pk) in shown for entry in alike):
        return confirm(request, named, form, alike=alike, status=409)
    try:
        entry = capture.keep(
            named,
            wanted,
            form.cleaned_data["note"],
            alike=alike,
            by=request.user,
            now=timezone.now(),
        )
    except AlreadyListed as refusal:
        return listed(request, refusal, form.cleaned_data["note"])
    if named.arxiv and settings.ARXIV_ENABLED:
        transaction.on_commit(tasks.wake, robust=True)
    messages.success(request, _("Added."))
    if named.arxiv and not settings.ARXIV_ENABLED:
        messages.info(request, _("arXiv is switched off on this site."))
    return redirect(entry)
