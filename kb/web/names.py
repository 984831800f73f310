"""Names of members, for who is about to mention one."""

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kb.web.doors import MemberRequest

OFFERED = 8
LENGTH = 150  # of a user's name


@require_safe
def names(request: MemberRequest) -> HttpResponse:
    """Offer the active members whose name begins, or goes on, with what was typed."""
    typed = request.GET.get("q", "")[:LENGTH].replace("\0", "")
    fits = Q(username__istartswith=typed) | Q(first_name__istartswith=typed)
    people = User.objects.filter(fits | Q(last_name__istartswith=typed), is_active=True)
    offered = people.exclude(pk=request.user.pk).order_by("username")[:OFFERED]
    return render(request, "kb/names.html", {"people": offered})
