"""Reading lists in and out."""

from pathlib import PurePath
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.models import ReadingList
from kb.ops import exports
from kb.ops.errors import NotKept, OpError
from kb.ops.imports.reading import Source, read
from kb.ops.imports.run import NAME_LENGTH, import_source
from kb.ops.same_list import same_list
from kb.ops.words import translated
from kb.readinglist.document import NotAList
from kb.readinglist.source import normal
from kb.text.slugs import slug
from kb.web.doors import MemberRequest, curating
from kb.web.forms import LIST_BYTES, ListForm, posted

UNSAID = 10  # titles that are named


@curating
def import_list(request: MemberRequest) -> HttpResponse:
    """Show what importing a list would do; on the second step, do it."""
    form = ListForm(posted(request), request.FILES)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "kb/import.html", {"form": form}, status=status)
    try:
        name, source = submitted(form)
        report = import_source(
            source,
            name=name,
            by=request.user,
            now=timezone.now(),
            dry_run="apply" not in request.POST,
        )
    except (NotAList, OpError) as refusal:
        form.add_error(None, translated(refusal))
        return render(request, "kb/import.html", {"form": form}, status=422)
    if report.run is None:  # a dry run
        again = ListForm(initial={"text": source.text, "name": name})
        context = {"report": report, "form": again, "text": source.text}
        return render(request, "kb/import_plan.html", context)
    return redirect(report.run)


def submitted(form: ListForm) -> tuple[str, Source]:
    """Return the list's name and what was read, from the file or the field.

    Raises NotAList.
    """
    file, name = form.cleaned_data["file"], form.cleaned_data["name"].strip()
    if file:
        name = name or PurePath(file.name).stem[:NAME_LENGTH]
        return name, read(file.read(LIST_BYTES + 1), file.name)
    pasted = normal(form.cleaned_data["text"]).encode()  # forms send other line ends
    return name or _("list"), read(pasted, _("the pasted text"))


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """Download the library as a Markdown list."""
    return file(exports.markdown().encode(), "reading-list")


@require_safe
def export_same(request: HttpRequest, pk: int) -> HttpResponse:
    """Download a list as it was imported, with what changed here in its own lines."""
    found = get_object_or_404(ReadingList, pk=pk)
    try:
        handed = same_list(found)
    except NotKept as refusal:
        raise Http404(str(refusal)) from None
    if handed.unsaid:  # a file says nothing else: it is told on the next page
        said = _("Left as it was in the list, which has no way to say it: %(titles)s.")
        titles = ", ".join(handed.unsaid[:UNSAID])
        messages.warning(request, said % {"titles": titles})
    return file(handed.data, slug(found.name) or "list")


def file(data: bytes, name: str) -> HttpResponse:
    """Return Markdown to keep, under a name with the day's date."""
    response = HttpResponse(data, content_type="text/markdown")
    stamp = timezone.localdate().isoformat()
    kept = quote(f"{name}-{stamp}.md")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{kept}"
    return response
