"""What entries lack: a queue for each, to be given to members; and one's own."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from kb.models import Chore, Entry
from kb.models.chores import Gap, lacking
from kb.ops import chores
from kb.web.desk import COUNTED
from kb.web.doors import MemberRequest, curating
from kb.web.keys import keys_in
from kb.web.pages import page_of

PAGE = 50  # entries


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def gap(request: MemberRequest, name: str) -> HttpResponse:
    """List the entries that lack something; ask somebody to see to some of them."""
    if name not in Gap.values:
        raise Http404
    now = timezone.now()
    if request.method == "POST":
        return ask(request, name)
    asked = Chore.objects.filter(gap=name).select_related("member")
    rows = lacking(name, now).prefetch_related(Prefetch("chores", asked))
    page = page_of(rows, request.GET.get("page"), PAGE)
    context = {
        "gap": Gap(name),
        "gaps": list(Gap),
        "page": page,
        "people": User.objects.filter(is_active=True).order_by("username"),
    }
    return render(request, "kb/gap.html", context)


def ask(request: MemberRequest, name: str) -> HttpResponse:
    """Ask who was chosen, or nobody any more."""
    who = keys_in([request.POST.get("member", "")])
    member = User.objects.filter(pk__in=who, is_active=True).first()
    if who and member is None:
        raise Http404
    keys = keys_in(request.POST.getlist("entry"))
    count = chores.ask(name, keys, member, by=request.user, now=timezone.now())
    if member:
        told = ngettext(
            "%(who)s is asked to see to %(n)d entry.",
            "%(who)s is asked to see to %(n)d entries.",
            count,
        )
        messages.success(request, told % {"who": member, "n": count})
    else:
        told = ngettext(
            "Nobody is asked any more for %(n)d entry.",
            "Nobody is asked any more for %(n)d entries.",
            count,
        )
        messages.success(request, told % {"n": count})
    cache.delete(COUNTED)
    return redirect("kb:gap", name)


@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """List what the member was asked to see to, as far as it is not done."""
    now = timezone.now()
    found = []
    for one in Gap:
        asked = Chore.objects.of(request.user).filter(gap=one)
        rows: list[Entry] = list(
            lacking(one, now).filter(pk__in=asked.values("entry"))[:PAGE]
        )
        if rows:
            found.append((one, rows))
    return render(request, "kb/chores.html", {"queues": found})
