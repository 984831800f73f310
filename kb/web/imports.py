"""Reading lists in: sent, looked through, chosen from, imported."""

import logging
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from kb.models import ImportDraft
from kb.ops import fetching
from kb.ops.errors import OpError
from kb.ops.imports import drafts
from kb.ops.imports.choices import Choice
from kb.ops.words import translated
from kb.readinglist.document import NotAList
from kb.readinglist.source import normal
from kb.tasks import import_sent_lists
from kb.text.forges import raw_file
from kb.web.doors import MemberRequest, curating
from kb.web.forms import LIST_BYTES, ListForm, PlanForm, posted
from kb.web.jobs import send_for

log = logging.getLogger(__name__)


@curating
def send(request: MemberRequest) -> HttpResponse:
    """Take a list from a file, a field or an address, and go on to its plan."""
    form = ListForm(posted(request), request.FILES)
    if request.method == "POST" and form.is_valid():
        try:
            data, file_name = submitted(form)
            name = form.cleaned_data["name"].strip() or PurePosixPath(file_name).stem
            by, now = request.user, timezone.now()
            return redirect(drafts.send(data, file_name, name, by=by, now=now))
        except (NotAList, OpError) as refusal:
            form.add_error(None, translated(refusal))
    status = 422 if form.errors else 200
    return render(request, "kb/import.html", {"form": form}, status=status)


def submitted(form: ListForm) -> tuple[bytes, str]:
    """Return the list and the name of its file. Raises Unreachable."""
    data = form.cleaned_data
    if file := data["file"]:
        return file.read(LIST_BYTES + 1), file.name
    if data["text"] or not data["url"]:  # forms send other line ends
        return normal(data["text"]).encode(), _("the pasted text")
    text, url = fetching.read(raw_file(data["url"]), max_bytes=LIST_BYTES)
    path = unquote(urlsplit(url).path)
    return text.encode(), PurePosixPath(path).name or urlsplit(url).netloc


@curating
def plan(request: MemberRequest, pk: int) -> HttpResponse:
    """Show what importing a list would do; take choices; import it."""
    draft = ImportDraft.objects.select_related("under").filter(pk=pk).first()
    if draft is None:
        messages.info(request, _("That list has been imported or dropped since."))
        return redirect("kb:import")
    form = PlanForm(posted(request), initial={"under": draft.under})
    try:
        if request.method == "POST" and form.is_valid():
            drafts.choose(draft, chosen(draft, request, form), by=request.user)
            if "apply" in request.POST:
                return imported(request, draft)
            return redirect(draft)
        return shown(request, draft, form)
    except OpError as refusal:
        again = ListForm(initial=text_of(draft))
        context = {"form": again, "refusal": translated(refusal)}
        return render(request, "kb/import.html", context, status=422)


def chosen(draft: ImportDraft, request: HttpRequest, form: PlanForm) -> Choice:
    """Return what was chosen before with what was ticked now.

    A plan shows the beginning of long lists only: what it does not show stays.
    """
    left_out = set(draft.left_out) - set(request.POST.getlist("take"))
    left_out |= set(request.POST.getlist("leave"))
    return Choice(form.cleaned_data["under"], frozenset(left_out))


def imported(request: MemberRequest, draft: ImportDraft) -> HttpResponse:
    """Let a job import it, and go where it is seen how far that is."""
    run = drafts.begin(draft, by=request.user, now=timezone.now())
    if run is None:
        return redirect(draft)  # where it is told that it is gone
    send_for(import_sent_lists)
    return redirect(run)


def shown(request: MemberRequest, draft: ImportDraft, form: PlanForm) -> HttpResponse:
    """Render the plan. Raises OpError."""
    report, source = drafts.plan(draft, by=request.user, now=timezone.now())
    context = {
        "draft": draft,
        "report": report,
        "form": form,
        "again": ListForm(initial=text_of(draft)),
        "lines": source.text.splitlines(),
    }
    return render(request, "kb/import_plan.html", context)


def text_of(draft: ImportDraft) -> dict[str, str]:
    """Return what a form shows of a list that may be changed before importing."""
    text = bytes(draft.source).decode(errors="replace").removeprefix("\ufeff")
    return {"text": text, "name": draft.name}
