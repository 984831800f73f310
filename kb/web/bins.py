"""The bin: what was put in it, by whom, and out again."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kb.models import Entry
from kb.ops import bin  # noqa: A004 - the word for it
from kb.ops.errors import NotInTheBin
from kb.web import undo
from kb.web.doors import MemberRequest, curating

PAGE = 50  # entries


@require_safe
@curating
def bin_list(request: MemberRequest) -> HttpResponse:
    """List what is in the bin, the latest first, and until when."""
    rows = Entry.objects.binned().select_related("away_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for entry in page:
        entry.gone_at = (entry.away_at or timezone.now()) + bin.KEPT  # type: ignore[attr-defined]
    soon = timezone.now() + timedelta(days=3)
    return render(request, "kb/bin.html", {"page": page, "soon": soon})


@require_POST
@curating
def put_in(request: MemberRequest, pk: int) -> HttpResponse:
    """Put an entry in the bin, with a button that takes it out."""
    shown = get_object_or_404(Entry.objects.there(), pk=pk)
    why = request.POST.get("why", "")
    bin.put_in([shown.pk], by=request.user, now=timezone.now(), why=why)
    told = _("“%(title)s” is in the bin.") % {"title": shown}
    undo.offer(request, told, reverse("kb:restore", args=[pk]))
    return redirect("kb:bin")


@require_POST
@curating
def restore(request: MemberRequest, pk: int) -> HttpResponse:
    """Take an entry out of the bin."""
    try:
        bin.restore(get_object_or_404(Entry, pk=pk), by=request.user)
    except NotInTheBin as refusal:
        messages.info(request, str(refusal))
        return redirect("kb:bin")
    messages.success(request, _("Restored."))
    return redirect("kb:entry", pk)
