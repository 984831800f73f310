"""Write summaries, with a preview, and without losing a word."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kb.models import Entry, Summary
from kb.models.summaries import Language
from kb.ops import presence, reading, summaries
from kb.ops.annotations.speaking import note_html
from kb.ops.errors import NoText, Outdated
from kb.ops.presence import Writing
from kb.ops.words import translated
from kb.text import markdown
from kb.web import drafts, summary_clashes
from kb.web.doors import MemberRequest
from kb.web.drafts import survives_log_out
from kb.web.forms import SummaryForm


@survives_log_out
def write(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    """Edit the summary of one language."""
    if language not in Language.values:
        raise Http404
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    if request.method == "POST":
        return save(request, entry, language)
    current = entry.summaries.filter(language=language).first()
    draft = drafts.kept(request)
    form = SummaryForm(initial=draft or start(current))
    return page(request, entry, language, form, draft=draft)


def save(request: MemberRequest, entry: Entry, language: str) -> HttpResponse:
    """Save it; a refusal shows the form again with all that was typed."""
    if shown := summary_clashes.again(request, entry, language):
        return shown
    form = SummaryForm(request.POST)
    if not form.is_valid():
        return unfit(request, entry, language, form)
    body, base = form.cleaned_data["body"], form.cleaned_data["base"]
    by, now = request.user, timezone.now()
    try:
        summaries.save(entry, language, body, base=base, by=by, now=now)
    except (NoText, markdown.TooLong) as refusal:
        form.add_error("body", translated(refusal))
        return unfit(request, entry, language, form)
    except Outdated as refusal:
        return summary_clashes.refused(request, refusal)
    drafts.drop(request)
    presence.leave(thing(entry.pk, language), by=request.user)
    reading.follow_as_writer(entry, by=by, now=now)
    # The browser keeps a copy of what is written there: it may go now.
    messages.success(request, _("Summary saved."), extra_tags=request.path)
    return redirect(f"{entry.get_absolute_url()}?lang={language}")


def unfit(
    request: MemberRequest, entry: Entry, language: str, form: SummaryForm
) -> HttpResponse:
    """Show what cannot be saved, on the page it came from, and say why."""
    problem = " ".join(str(error) for error in form.errors.get("body", ()))
    shown = summary_clashes.again(request, entry, language, problem)
    return shown or page(request, entry, language, form, status=422)


@require_POST
def writing(request: MemberRequest, pk: int, language: str) -> HttpResponse:
    """Take a sign that somebody writes, and say who else does."""
    if language not in Language.values:
        raise Http404
    here = thing(pk, language)
    presence.come(here, by=request.user, now=timezone.now())
    return render(request, "kb/writing.html", {"others": others(request, here)})


def thing(pk: int, language: str) -> str:
    """Return what a summary is called where who writes it is kept."""
    return f"summary:{pk}:{language}"


def others(request: MemberRequest, here: str) -> list[Writing]:
    """Return who else is writing."""
    return presence.others(here, but=request.user, now=timezone.now())


@login_not_required  # what it answers is a part of a page, which no log-in is
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Render Markdown as the page will; `field` says where it is, if not in body.

    A note `speaks`: members it mentions are links.
    """
    if not request.user.is_authenticated:
        in_part = "HX-Request" in request.headers
        home = reverse("kb:home")
        return HttpResponse(status=204) if in_part else redirect_to_login(home)
    field = request.POST.get("field", "body")
    body = request.POST.get(field, "")
    written = note_html if "speaks" in request.POST else markdown.render
    try:
        html, problem = written(body), ""
    except markdown.TooLong as refusal:
        html, problem = "", translated(refusal)
    context = {"html": html, "problem": problem}
    return render(request, "kb/preview.html", context)


def start(current: Summary | None) -> dict[str, Any]:
    """Return what the form starts with."""
    if current is None:
        return {"body": "", "base": 0}
    return {"body": current.body, "base": current.version}


def page(
    request: MemberRequest,
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
        "others": others(request, thing(entry.pk, language)),
        **more,
    }
    return render(request, "kb/summary_edit.html", context, status=status)
