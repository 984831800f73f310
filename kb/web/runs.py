"""What ran for the library: all of it, and one import, refresh or harvest."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from kb.models import ImportDraft, ReadingList, Run
from kb.models.runs import Outcome, RunKind
from kb.ops.watching import progress
from kb.web.doors import curating

PAGE = 50  # runs


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
    elif sort == "failed":
        rows = rows.filter(outcome=Outcome.FAILED)
    undone = Run.objects.filter(undoes=OuterRef("pk"), outcome=Outcome.DONE)
    rows = rows.annotate(undone=Exists(undone))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "kb/runs.html", {"page": page, "sort": sort})


@require_safe
@curating
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run's figures and its rows; htmx asks for how it stands alone."""
    shown = get_object_or_404(Run.objects.select_related("asked_by", "undoes"), pk=pk)
    if shown.running and shown.kind in (RunKind.IMPORT, RunKind.UNDO):
        shown.done, shown.total = progress(shown)
    name = shown.subject if shown.kind == RunKind.IMPORT else ""
    kept = ReadingList.objects.filter(name=name).exclude(source=b"").only("pk").first()
    part = "#stand" if request.htmx else ""  # type: ignore[attr-defined]
    draft = ImportDraft.objects.filter(run=shown).only("pk").first()
    over = shown.undoings.exclude(outcome=Outcome.FAILED).select_related("asked_by")
    context = {"run": shown, "kept": kept, "draft": draft, "undoing": over.first()}
    response = render(request, f"kb/run.html{part}", context)
    patch_vary_headers(response, ["HX-Request"])
    return response
