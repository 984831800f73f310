"""The page of one entry, and its details."""

from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb import tasks
from kb.models import Entry, Paper, Resource
from kb.models.annotations import Meaning, Mood
from kb.models.entries import GONE
from kb.models.links import leads_nowhere
from kb.models.summaries import Language
from kb.ops import entries, papers
from kb.ops.citations import FORMATS
from kb.ops.errors import Outdated
from kb.web import citations, marks, news, watching
from kb.web.doors import MemberRequest, reading
from kb.web.forms import EntryForm, ResourceForm, posted
from kb.web.members import reading_language
from kb.web.note_forms import QuickNoteForm, QuickReplyForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from kb.models.entries import EntryQuerySet


@require_safe
@reading
def entry(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show an entry, with the summary in the reader's language first.

    With a `?format=` it is a file of one citation. What was merged into another entry
    leads there; of what is in the bin, members are told that.
    """
    open_to_all = Entry.objects.listed()  # the inbox is the team's own
    found = Entry.objects.there() if request.user.is_authenticated else open_to_all
    shown = loaded(found, request).filter(pk=pk).first()
    if shown is None:
        return gone(request, pk)
    if form := citations.wanted(request):
        return citations.download(found, [pk], form)
    language = request.GET.get("lang", reading_language(request))
    context = {
        "entry": shown,
        "blog": getattr(shown, "blog", None),
        "summary": shown.summary_in(language),
        "summaries": list(shown.summaries.all()),
        "languages": Language.choices,
        "resources": [link for link in shown.resources.all() if not link.hidden],
        "resource_form": ResourceForm(),
        "citations": citations.printed(shown),
        "formats": FORMATS,
        **noted(request, shown),
        **marks.of_entry(request, shown),
        **at_arxiv(getattr(shown, "paper", None)),
    }
    return render(request, "kb/entry.html", context)


def gone(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Answer for an entry that has no page: it is another now, or in the bin."""
    found = Entry.objects.select_related("away_by")
    was = get_object_or_404(found.filter(status__in=GONE), pk=pk)
    if was.merged_into:
        return redirect(was.merged_into)
    if not request.user.is_authenticated:
        raise Http404
    return render(request, "kb/binned.html", {"entry": was}, status=410)


def loaded(found: "EntryQuerySet[Entry]", request: HttpRequest) -> "QuerySet[Entry]":
    """Return entries with what their page shows beside: in the same query."""
    broken = leads_nowhere(timezone.now())
    links = Prefetch("resources", Resource.objects.annotate(broken=broken))
    rows = found.for_list().annotate(broken=broken).prefetch_related(links)
    if not request.user.is_authenticated:
        return rows
    of_notes, of_reactions = watching.signs(request.user)
    return rows.annotate(
        company=marks.company(), of_notes=of_notes, of_reactions=of_reactions
    )


def at_arxiv(paper: Paper | None) -> dict[str, Any]:
    """Return what is shown of a paper: what it is, and what became of it."""
    if paper is None:
        return {}
    happenings = news.story(paper)
    return {
        "paper": paper,
        "versions": paper.versions.all(),
        "happenings": happenings,
        "retitled": news.retitled(paper, happenings),
        "withdrawal": news.withdrawal(paper, happenings),
        "arxiv_enabled": settings.ARXIV_ENABLED,
    }


def noted(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what a member is shown of notes, and may write them in; {} for others."""
    if not request.user.is_authenticated:
        return {}
    state = watching.state_loaded(entry)
    return {
        **watching.shown(cast("MemberRequest", request), entry, state),
        "note_form": QuickNoteForm(auto_id="note_%s"),
        "reply_form": QuickReplyForm(auto_id="reply_%s"),
        "meanings": Meaning.choices[1:],
        "moods": Mood.choices,
    }


def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change title, topics and tags; only what the form was seen to show."""
    shown = get_object_or_404(Entry.objects.there(), pk=pk)
    form = EntryForm(posted(request), initial=EntryForm.start(shown))
    if request.method == "POST" and form.is_valid():
        return save(request, shown, form)
    context = {"entry": shown, "form": form}
    status = 422 if form.errors else 200
    return render(request, "kb/entry_edit.html", context, status=status)


def save(request: MemberRequest, shown: Entry, form: EntryForm) -> HttpResponse:
    """Save it; what both gave another title is shown again, beside theirs."""
    seen, wanted = form.seen(), form.wanted(shown.kind)
    try:
        if seen is None:
            raise Outdated(_("This form does not say what it began from."), shown)
        changed = entries.edit(shown, wanted, by=request.user, seen=seen)
    except Outdated as refusal:
        shown.refresh_from_db()
        again = EntryForm(initial=EntryForm.start_again(shown, wanted, seen))
        context = {"entry": shown, "form": again, "message": str(refusal)}
        return render(request, "kb/entry_edit.html", context, status=409)
    if changed:
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(shown)


@require_POST
def refresh(request: MemberRequest, pk: int) -> HttpResponse:
    """Make a paper's metadata due at once, and wake the job."""
    paper = get_object_or_404(Paper.objects.on_arxiv(), pk=pk)
    papers.ask(Paper.objects.filter(pk=pk), by=request.user, now=timezone.now())
    if settings.ARXIV_ENABLED:
        transaction.on_commit(tasks.wake, robust=True)
        messages.success(request, _("arXiv will be asked in a moment."))
    else:
        messages.info(request, _("arXiv is switched off on this site."))
    return redirect(paper)
