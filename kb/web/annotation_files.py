"""Annotations as files: what one may see, out; those of other programs, in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.models import Annotation, Entry, Topic
from kb.ops.exchange import giving, taking
from kb.ops.exchange.taking import Terms
from kb.ops.words import translated
from kb.text.sentences import Sentence
from kb.web.doors import MemberRequest
from kb.web.forms import AnnotationsForm, posted
from kb.webannotations import NotAnnotations, Problem, read, write

if TYPE_CHECKING:
    from kb.models.annotations import AnnotationQuerySet
    from kb.ops.exchange.report import Report

MOST = 1_000  # annotations of a file that is brought in over the web
# https://www.w3.org/TR/annotation-protocol/#annotation-retrieval
TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


@require_safe
def of_entry(request: MemberRequest, pk: int) -> HttpResponse:
    """Download what the asker may see of what is noted on an entry."""
    entry = get_object_or_404(Entry.objects.there(), pk=pk)
    notes = Annotation.objects.visible_to(request.user).filter(entry=entry)
    return download(request, notes, label=entry.title, name=f"notes-entry-{pk}")


@require_safe
def of_topic(request: MemberRequest, pk: int) -> HttpResponse:
    """Download it of all entries under a topic."""
    topic = get_object_or_404(Topic, pk=pk)
    below = Entry.objects.there().under(topic).values("pk")
    notes = Annotation.objects.visible_to(request.user).filter(entry__in=below)
    return download(request, notes, label=str(topic), name=f"notes-topic-{pk}")


@require_safe
def mine(request: MemberRequest) -> HttpResponse:
    """Download all that the asker wrote."""
    notes = Annotation.objects.filter(author=request.user)
    label = _("Notes of %(who)s") % {"who": request.user}
    return download(request, notes, label=label, name=f"notes-{request.user}")


def take(request: MemberRequest) -> HttpResponse:
    """Bring a file in, and say what became of each annotation in it."""
    form = AnnotationsForm(posted(request), request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return page(request, form, status=status)
    try:
        report = taken(request, form)
    except NotAnnotations as refusal:
        told = [(one.path, translated(one.message)) for one in refusal.problems]
        return page(request, form, status=422, problems=told)
    return page(request, form, report=report)


# --- Inside -------------------------------------------------------------------


def download(
    request: MemberRequest, notes: AnnotationQuerySet, *, label: str, name: str
) -> HttpResponse:
    """Return a file of notes, which no proxy keeps."""
    address = f"{settings.SITE_URL}{request.path}"
    found = giving.collection(notes, address=address, label=label)
    response = HttpResponse(write(found), content_type=TYPE)
    file = content_disposition_header(as_attachment=True, filename=f"{name}.jsonld")
    response["Content-Disposition"] = file or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def taken(request: MemberRequest, form: AnnotationsForm) -> Report:
    """Bring in what a form holds, as the asker's own. Raises NotAnnotations."""
    data = form.cleaned_data
    found = read(data["file"].read())
    if len(found.items) > MOST:
        told = Sentence("At most %(most)d annotations can be read at once.", most=MOST)
        raise NotAnnotations([Problem("$", told)])
    terms = Terms(
        lambda _creator: request.user,
        shared=data["seen"] == form.AS_IT_SAYS,
        signed=not data["mine"],
    )
    dry_run = "look" in request.POST
    now = timezone.now()
    return taking.take(found, terms, by=request.user, now=now, dry_run=dry_run)


def page(
    request: MemberRequest, form: AnnotationsForm, *, status: int = 200, **more: object
) -> HttpResponse:
    """Render the form, with what is wrong with a file or what became of it."""
    context = {"form": form, **more}
    return render(request, "kb/annotations.html", context, status=status)
