"""Write summaries, with a preview, and without losing a word."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Summary
from kb.models.summaries import Language
from kb.ops import reading, summaries
from kb.ops.errors import NoText, Outdated
from kb.ops.words import translated
from kb.text import markdown
from kb.web.doors import MemberRequest
from kb.web.forms import SummaryForm

DRAFT = "draft"  # where in a session the one text is kept that could not be saved


@login_not_required  # a log-out must not cost what was written: see keep_draft
def write(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Edit the summary of one language."""
    if language not in Language.values:
        raise Http404
    if not request.user.is_authenticated:
        keep_draft(request, pk)
        return redirect_to_login(request.path)
    entry = get_object_or_404(Entry, pk=pk)
    if request.method == "POST":
        return save(cast("MemberRequest", request), entry, language)
    current = entry.summaries.filter(language=language).first()
    draft = kept_draft(cast("MemberRequest", request))
    writer = SummaryForm.signed(cast("MemberRequest", request).user)
    form = SummaryForm(initial={**(draft or start(current)), "writer": writer})
    return page(request, entry, language, form, draft=draft, current=current)


def save(request: MemberRequest, entry: Entry, language: str) -> HttpResponse:
    """Save it; a refusal shows the form again with all that was typed."""
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return page(request, entry, language, form, status=422)
    body, base = form.cleaned_data["body"], form.cleaned_data["base"]
    by, now = request.user, timezone.now()
    try:
        summaries.save(entry, language, body, base=base, by=by, now=now)
    except (NoText, markdown.TooLong) as refusal:
        form.add_error("body", translated(refusal))
        return page(request, entry, language, form, status=422)
    except Outdated as refusal:
        # Sending again then replaces theirs knowingly: it is shown beside.
        form.data = {**form.cleaned_data, "base": refusal.current.version}
        clash = {"theirs": refusal.current, "message": str(refusal)}
        return page(request, entry, language, form, status=409, **clash)
    reading.follow_as_writer(entry, by=by, now=now)
    if kept_draft(request):
        del request.session[DRAFT]
    # The browser keeps a copy of what is written there: it may go now.
    messages.success(request, _("Summary saved."), extra_tags=request.path)
    return redirect(f"{entry.get_absolute_url()}?lang={language}")


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Render Markdown as the page will; `field` says where it is, if not in body."""
    field = request.POST.get("field", "body")
    body = request.POST.get(field, "")
    try:
        html, problem = markdown.render(body), ""
    except markdown.TooLong as refusal:
        html, problem = "", translated(refusal)
    context = {"html": html, "problem": problem}
    return render(request, "kb/preview.html", context)


def keep_draft(request: HttpRequest, pk: int) -> None:
    """Keep what somebody sent after their session ended, until they log in again.

    A form that does not say whose it is could be anybody's, and is not kept.
    """
    form = SummaryForm(request.POST)
    if not (form.is_valid() and form.opened_by() and Entry.objects.filter(pk=pk)):
        return
    body, base = form.cleaned_data["body"], form.cleaned_data["base"]
    if len(body.encode()) <= markdown.MAX_BYTES:
        kept = {"body": body, "base": base}
        whose = {"path": request.path, "writer": form.opened_by()}
        request.session[DRAFT] = {**kept, **whose}
        request.session.set_expiry(24 * 3600)


def kept_draft(request: MemberRequest) -> dict[str, Any] | None:
    """Return the text that was kept for this page, to nobody but its writer."""
    draft: dict[str, Any] = request.session.get(DRAFT, {})
    theirs = (draft.get("path"), draft.get("writer")) == (request.path, request.user.pk)
    return {"body": draft["body"], "base": draft["base"]} if theirs else None


def start(current: Summary | None) -> dict[str, Any]:
    """Return what the form starts with."""
    if current is None:
        return {"body": "", "base": 0}
    return {"body": current.body, "base": current.version}


def page(
    request: HttpRequest,
    entry: Entry,
    language: str,
    form: SummaryForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render the editor."""
    context = {
        "entry": entry,
        "language": language,
        "language_name": Language(language).label,
        "form": form,
        "paper": getattr(entry, "paper", None),
        **more,
    }
    return render(request, "kb/summary_edit.html", context, status=status)
