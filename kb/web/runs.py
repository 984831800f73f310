"""What ran for the library: all of it, and one import, refresh or harvest."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.models import ImportDraft, ReadingList, Run
from kb.models.runs import OF_THE_DESK, Outcome, RunKind
from kb.ops import bulk, undoing
from kb.ops import runs as work
from kb.ops.errors import OpError
from kb.ops.watching import progress
from kb.ops.words import translated
from kb.tasks import edit_many, undo_runs
from kb.web.doors import MemberRequest, curating
from kb.web.jobs import send_for

PAGE = 50  # runs
TRIABLE = (Outcome.FAILED, Outcome.STOPPED)
WATCHED = (RunKind.IMPORT, RunKind.UNDO, RunKind.BULK)  # whose progress is told


@require_safe
@curating
def runs(request: HttpRequest) -> HttpResponse:
    """List what ran, newest first: of lists, of arXiv, or all, or what failed."""
    sort = request.GET.get("sort", "")
    rows = Run.objects.select_related("asked_by")
    if sort == "lists":
        rows = rows.with_lists()
    elif sort == "arxiv":
        rows = rows.with_arxiv()
    elif sort == "desk":
        rows = rows.of_the_desk()
    elif sort == "failed":
        rows = rows.filter(outcome=Outcome.FAILED)
    undone = Run.objects.filter(undoes=OuterRef("pk"), outcome=Outcome.DONE)
    rows = rows.annotate(undone=Exists(undone))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "kb/runs.html", {"page": page, "sort": sort})


@require_POST
@curating
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """Stop an import or a bulk edit that is under way: nothing of it is saved."""
    stopped = get_object_or_404(Run, pk=pk, kind__in=work.STOPPABLE)
    work.stop(stopped, by=request.user, now=timezone.now())
    return redirect(stopped)


@require_POST
@curating
def again(request: MemberRequest, pk: int) -> HttpResponse:
    """Try a bulk edit again that failed or was stopped."""
    over = Run.objects.filter(kind=RunKind.BULK, outcome__in=TRIABLE)
    failed = get_object_or_404(over, pk=pk)
    run = bulk.again(failed, by=request.user, clock=timezone.now)
    if run.running:
        send_for(edit_many)
    return redirect(run)


@require_POST
@curating
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Undo a run: at once, or by a job, whose page shows how far that is."""
    done = get_object_or_404(Run, pk=pk, kind__in=undoing.UNDOABLE)
    try:
        undone = undoing.undo(done, by=request.user, clock=timezone.now)
    except OpError as refusal:
        messages.error(request, translated(refusal))
        return redirect(done)
    if undone.running:
        send_for(undo_runs)
    elif undone.problem:
        messages.error(request, undone.problem)
    else:
        messages.success(request, _("Undone."))
    return redirect(undone)


@require_safe
@curating
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run's figures and its rows; htmx asks for how it stands alone."""
    shown = get_object_or_404(Run.objects.select_related("asked_by", "undoes"), pk=pk)
    if shown.running and shown.kind in WATCHED:
        shown.done, shown.total = progress(shown)
    name = shown.subject if shown.kind == RunKind.IMPORT else ""
    kept = ReadingList.objects.filter(name=name).exclude(source=b"").only("pk").first()
    part = "#stand" if request.htmx else ""  # type: ignore[attr-defined]
    draft = ImportDraft.objects.filter(run=shown).only("pk").first()
    over = shown.undoings.exclude(outcome=Outcome.FAILED).select_related("asked_by")
    context = {
        "run": shown,
        "kept": kept,
        "draft": draft,
        "undoing": over.first(),
        "undoable": shown.kind in OF_THE_DESK and shown.context,
    }
    response = render(request, f"kb/run.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
