"""The page of one entry, and its details."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb import tasks
from kb.models import Entry, Paper
from kb.models.summaries import Language
from kb.ops import entries, papers
from kb.web import marks
from kb.web.doors import MemberRequest, reading
from kb.web.forms import EntryForm, QuickNoteForm, posted
from kb.web.members import reading_language


@require_safe
@reading
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry, with the summary in the reader's language first."""
    found = Entry.objects.for_list()
    if not request.user.is_authenticated:
        found = found.listed()  # the inbox is the team's own
    shown = get_object_or_404(found, pk=pk)
    language = request.GET.get("lang", reading_language(request))
    paper = getattr(shown, "paper", None)
    context = {
        "entry": shown,
        "paper": paper,
        "blog": getattr(shown, "blog", None),
        "summary": shown.summary_in(language),
        "summaries": list(shown.summaries.all()),
        "languages": Language.choices,
        "versions": list(paper.versions.all()) if paper else [],
        "arxiv_enabled": settings.ARXIV_ENABLED,
        "notes": shown.annotations.visible_to(request.user).select_related("author"),
        "note_form": QuickNoteForm(),
        **marks.of_entry(request, shown),
    }
    return render(request, "kb/entry.html", context)


def edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Change title, topics and tags."""
    shown = get_object_or_404(Entry, pk=pk)
    form = EntryForm(posted(request), initial=EntryForm.start(shown))
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted(shown.kind)
        if entries.edit(shown, wanted, by=request.user, seen=form.seen()):
            messages.success(request, _("Saved."))
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(shown)
    status = 422 if form.errors else 200
    return render(
        request, "kb/entry_edit.html", {"entry": shown, "form": form}, status=status
    )


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
