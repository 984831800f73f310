"""The curators' inbox: one suggestion after the other, or many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kb.models import Entry
from kb.models.entries import Status
from kb.ops import entries, review
from kb.ops.errors import Outdated
from kb.web import undo
from kb.web.doors import MemberRequest, curating
from kb.web.forms import EntryForm
from kb.web.keys import keys_in

PAGE = 50  # lines of the list


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def inbox(request: MemberRequest) -> HttpResponse:
    """Show what waits, the oldest first, and one of it in full; take what is said."""
    if request.method == "POST":
        return decide(request)
    return show(request)


def show(
    request: MemberRequest, form: EntryForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Render the page: of the entry that `at` names, else of the first."""
    waiting = Entry.objects.filter(status=Status.INBOX).order_by("added_at", "pk")
    at = keys_in([request.GET.get("at", "")])
    rows = waiting.for_list()
    entry = (rows.filter(pk__in=at).first() if at else None) or rows.first()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if entry and form is None:
        form = EntryForm(initial=EntryForm.start(entry))
    context = {
        "entry": entry,
        "form": form,
        "page": page,
        "next": entry and following(entry),
    }
    return render(request, "kb/review.html", context, status=status)


def following(entry: Entry) -> Entry | None:
    """Return what waits behind an entry, the first one behind the last."""
    waiting = Entry.objects.filter(status=Status.INBOX).order_by("added_at", "pk")
    later = waiting.filter(added_at__gte=entry.added_at).exclude(pk=entry.pk)
    later = later.exclude(added_at=entry.added_at, pk__lt=entry.pk)
    return later.first() or waiting.exclude(pk=entry.pk).first()


def decide(request: MemberRequest) -> HttpResponse:
    """Accept or decline what was ticked, or the one that is shown."""
    now, keys = timezone.now(), keys_in(request.POST.getlist("entry"))
    many = "many" in request.POST
    if "decline" in request.POST:
        why = request.POST.get("why", "")
        gone = review.decline(keys, why, by=request.user, now=now)
        count = len(gone)
        told = ngettext("%(n)d declined.", "%(n)d declined.", count) % {"n": count}
        if count == 1:
            undo.offer(request, told, reverse("kb:restore", args=[gone[0].pk]))
        else:
            messages.success(request, told)
        return onward(request)
    if not many:
        answer = edited(request, keys)
        if answer:
            return answer
    count = len(review.accept(keys, by=request.user, now=now))
    told = ngettext("%(n)d accepted.", "%(n)d accepted.", count)
    messages.success(request, told % {"n": count})
    return onward(request)


def edited(request: MemberRequest, keys: list[int]) -> HttpResponse | None:
    """Save what was changed of the one entry; return a page where that fails."""
    entry = Entry.objects.filter(pk__in=keys, status=Status.INBOX).first()
    if entry is None:
        return None
    form = EntryForm(request.POST, initial=EntryForm.start(entry))
    if not form.is_valid():
        return show(request, form, status=422)
    try:
        wanted = form.wanted(entry.kind)
        entries.edit(entry, wanted, by=request.user, seen=form.seen())
    except Outdated as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('kb:review')}?at={entry.pk}")
    return None


def onward(request: MemberRequest) -> HttpResponse:
    """Go on with what waits next."""
    at = keys_in([request.POST.get("next", "")])
    if not Entry.objects.filter(status=Status.INBOX).exists():
        messages.info(request, _("Nothing waits any more."))
    return redirect(f"{reverse('kb:review')}{f'?at={at[0]}' if at else ''}")
