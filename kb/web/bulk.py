"""Change all that a search found."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from kb import tasks
from kb.models import Entry
from kb.models.entries import Status
from kb.models.summaries import Language
from kb.ops import bulk
from kb.ops.bulk import Wish
from kb.search import query
from kb.web import undo
from kb.web.doors import MemberRequest, curating
from kb.web.forms import FreeTags, TopicChoice, posted
from kb.web.hits import Looking
from kb.web.jobs import send_for
from kb.web.keys import keys_in
from kb.web.members import reading_language
from kb.web.search import all_found, typed

SAMPLE = 8  # titles that are shown

STATUSES = [
    ("", gettext_lazy("as it is")),
    (Status.LISTED, Status.LISTED.label),
    (Status.INBOX, Status.INBOX.label),
    (Status.ARCHIVED, Status.ARCHIVED.label),
    (Status.BINNED, gettext_lazy("into the bin")),
]


class BulkForm(forms.Form):
    """What is to become of many entries."""

    add_topics = TopicChoice(label=gettext_lazy("File under"))
    remove_topics = TopicChoice(label=gettext_lazy("Take out of"))
    add_tags = FreeTags(label=gettext_lazy("Add tags"), required=False)
    remove_tags = FreeTags(label=gettext_lazy("Take tags off"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), choices=STATUSES, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Their one summary is written in"),
        choices=[("", gettext_lazy("as it is")), *Language.choices],
        required=False,
    )
    refresh = forms.BooleanField(
        label=gettext_lazy("Fetch metadata from arXiv again"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Say when nothing was wished."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.wish():
            raise forms.ValidationError(_("Say what is to become of them."))
        return data

    def wish(self) -> Wish:
        """Return what was filled in."""
        data = dict(self.cleaned_data)
        for name in ("add_topics", "remove_topics"):
            data[name] = [topic.pk for topic in data[name]]
        return Wish(**data)


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def bulk_edit(request: MemberRequest) -> HttpResponse:
    """Ask what is to become of what a search found, and do it."""
    keys, form = found(request), BulkForm(posted(request))
    if request.method == "POST" and keys and form.is_valid():
        return change(request, keys, form.wish())
    context = {
        "form": form,
        "keys": keys,
        "sought": typed(request),
        "sample": Entry.objects.filter(pk__in=keys[:SAMPLE]).order_by("pk"),
        "more": max(0, len(keys) - SAMPLE),
    }
    status = 422 if form.errors else 200
    return render(request, "kb/bulk.html", context, status=status)


def found(request: HttpRequest) -> list[int]:
    """Return the keys that are ticked; else, as the address says, all that is found.

    The keys that the page was shown for are sent along: what a search finds may
    change between the page and the button.
    """
    if request.method == "POST":
        return keys_in(request.POST.get("keys", "").split(","))
    asked = query.parse(typed(request), today=timezone.localdate())
    if not asked.parts:
        return []
    reads, now = reading_language(request), timezone.now()
    return all_found(Looking(request.user, asked, reads, now))


def change(request: MemberRequest, keys: list[int], wish: Wish) -> HttpResponse:
    """Change them now, or let a job do it whose page shows how far it is."""
    about = typed(request)
    run = bulk.change(keys, wish, about, by=request.user, clock=timezone.now)
    if run.running:
        send_for(tasks.edit_many)
        return redirect(run)
    if run.problem:
        return redirect(run)
    number = run.report["changed"]
    told = ngettext("%(n)d entry changed.", "%(n)d entries changed.", number)
    address = reverse("kb:run_undo", args=[run.pk])
    undo.offer(request, told % {"n": number}, address)
    return redirect(run)
