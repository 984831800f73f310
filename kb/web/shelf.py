"""Each member's own shelf: what they starred, and how far they are with it."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Reading
from kb.models.reading import State
from kb.ops import reading
from kb.web.doors import MemberRequest


@require_POST
def star(request: MemberRequest, pk: int) -> HttpResponse:
    """Give an entry the member's star, or take it away where `on` is empty."""
    entry = get_object_or_404(Entry, pk=pk)
    on = bool(request.POST.get("on"))
    reading.star(entry, by=request.user, on=on, now=timezone.now())
    messages.success(request, _("Starred.") if on else _("Star taken away."))
    return redirect(entry)


@require_POST
def mark(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep how far the member is with an entry; an empty `state` takes it away."""
    entry = get_object_or_404(Entry, pk=pk)
    state = request.POST.get("state", "")
    if state not in State.values:
        raise BadRequest
    reading.mark(entry, state, by=request.user, now=timezone.now())
    told = _("Marked: %(state)s.") % {"state": State(state).label}
    messages.success(request, told)
    return redirect(entry)


def kept(request: HttpRequest, entry: Entry) -> Reading:
    """Return the asker's marks on an entry, blank ones if they made none."""
    mine = Reading.objects.of(request.user).filter(entry=entry)
    return mine.first() or Reading()
