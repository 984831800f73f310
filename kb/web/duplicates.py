"""What the library may have twice, for curators to look through."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kb.models import Entry
from kb.ops.duplicates import NEWEST, pairs, set_apart
from kb.web.doors import MemberRequest, curating

PAGE = 50  # pairs


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def duplicates(request: MemberRequest) -> HttpResponse:
    """List pairs of nearly one title; take that two are not the same."""
    if request.method == "POST":
        one, other = told_apart(request)
        set_apart(one, [other], by=request.user, now=timezone.now())
        return redirect("kb:duplicates")
    page = Paginator(pairs(), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "newest": NEWEST}
    return render(request, "kb/duplicate_list.html", context)


def told_apart(request: MemberRequest) -> list[Entry]:
    """Return the two entries of a pair, or answer 404."""
    keys = [key for key in request.POST.getlist("entry") if key.isdecimal()]
    found = list(Entry.objects.filter(pk__in=keys[:2]).order_by("pk"))
    if len(found) != 2:  # noqa: PLR2004 - a pair
        raise Http404
    return found
