"""The page of one import or refresh: what it did."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kb.models import Run
from kb.web.doors import curating


@require_safe
@curating
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run's figures and its rows."""
    shown = get_object_or_404(Run.objects.select_related("asked_by"), pk=pk)
    return render(request, "kb/run.html", {"run": shown})
