"""The inbox: what a member was told of, and how much of it is not read yet."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kb.models import Entry, Notification
from kb.ops import notifications
from kb.web.doors import MemberRequest

PAGE = 30  # lines
MANY = 99  # more are not counted in the top bar
TOLD = "kb:told"  # the event by which a page says that something was read


@dataclass(frozen=True, slots=True)
class Unread:
    """What somebody has not read: the entry of each thing, at most one over MANY."""

    entries: list[int]

    @property
    def more(self) -> bool:
        """Whether there are more than are counted."""
        return len(self.entries) > MANY

    @property
    def label(self) -> str:
        """The number as it is shown, "" for none."""
        return f"{MANY}+" if self.more else str(len(self.entries) or "")


def unread(request: HttpRequest) -> dict[str, Callable[[], Unread]]:
    """Let every page show how much is unread: one query, made by pages that do."""
    return {"unread": lambda: unread_of(request)}


def unread_of(request: HttpRequest) -> Unread:
    """Return what the asker has not read yet, asked of the database once."""
    if not hasattr(request, "kept_unread"):
        found = Notification.objects.of(request.user).unread().order_by()
        entries = found.values_list("entry_id", flat=True)[: MANY + 1]
        request.kept_unread = Unread(list(entries))  # type: ignore[attr-defined]
    return request.kept_unread  # type: ignore[attr-defined, no-any-return]


@require_safe
def inbox(request: MemberRequest) -> HttpResponse:
    """Show what the member was told of, newest first; or of that the unread."""
    mine = Notification.objects.of(request.user)
    unread_ones = Q(read_at=None)
    totals = mine.aggregate(
        all=Count("pk"), unread=Count("pk", filter=unread_ones), last=Max("pk")
    )
    only_unread = "unread" in request.GET
    wanted = mine.unread() if only_unread else mine
    pages = Paginator(wanted.for_list(), PAGE)
    page: Page[Notification] = pages.get_page(request.GET.get("page"))
    context = {"page": page, "totals": totals, "only_unread": only_unread}
    return render(request, "kb/inbox.html", context)


@require_safe
def count(request: MemberRequest) -> HttpResponse:
    """Return the number for the top bar; nothing while it is the one `shown`."""
    label = unread_of(request).label
    if request.GET.get("shown") == label:
        return HttpResponse(status=204)
    return HttpResponse(label, content_type="text/plain; charset=utf-8")


@require_POST
def read(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark one thing as read; htmx gets its line as it is then."""
    found = Notification.objects.of(request.user).for_list()
    told = get_object_or_404(found, pk=pk)
    notifications.read(told, by=request.user, now=timezone.now())
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(back(request))
    told.refresh_from_db(fields=["read_at"])
    context = {"notification": told, "at": back(request)}
    return tell(render(request, "kb/inbox.html#line", context))


@require_POST
def read_all(request: MemberRequest) -> HttpResponse:
    """Mark everything as read, up to the newest thing that was on the page."""
    try:
        last = int(request.POST.get("last", "")[:18])
    except ValueError as wrong:
        raise BadRequest from wrong
    notifications.read_all(by=request.user, now=timezone.now(), last=last)
    return redirect("kb:inbox")


@require_POST
def read_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Mark as read what the member was told of an entry, which they opened."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    notifications.read_of(entry, by=request.user, now=timezone.now())
    return tell(HttpResponse(status=204))


def tell(response: HttpResponse) -> HttpResponse:
    """Let the top bar of the page count anew."""
    response["HX-Trigger"] = TOLD
    return response


def back(request: HttpRequest) -> str:
    """Return the part of the inbox that a form was on."""
    part = request.POST.get("part", "")
    return f"{reverse('kb:inbox')}{f'?{part}' if part else ''}"
