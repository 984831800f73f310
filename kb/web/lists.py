"""Reading lists in and out."""

from pathlib import PurePath

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.ops import exports
from kb.ops.errors import OpError
from kb.ops.imports.reading import read
from kb.ops.imports.run import NAME_LENGTH, import_document
from kb.ops.words import translated
from kb.readinglist.document import Document, NotAList
from kb.web.doors import MemberRequest, curating
from kb.web.forms import LIST_BYTES, ListForm, posted


@curating
def import_list(request: MemberRequest) -> HttpResponse:
    """Show what importing a list would do; on the second step, do it."""
    form = ListForm(posted(request), request.FILES)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "kb/import.html", {"form": form}, status=status)
    try:
        name, document, text = submitted(form)
        report = import_document(
            document,
            text,
            name=name,
            by=request.user,
            now=timezone.now(),
            dry_run="apply" not in request.POST,
        )
    except (NotAList, OpError) as refusal:
        form.add_error(None, translated(refusal))
        return render(request, "kb/import.html", {"form": form}, status=422)
    if report.run is None:  # a dry run
        again = ListForm(initial={"text": text, "name": name})
        context = {"report": report, "form": again, "text": text}
        return render(request, "kb/import_plan.html", context)
    return redirect(report.run)


def submitted(form: ListForm) -> tuple[str, Document, str]:
    """Return the list's name, what it says and its text, from the file or the field.

    Raises NotAList.
    """
    file, name = form.cleaned_data["file"], form.cleaned_data["name"].strip()
    if file:
        name = name or PurePath(file.name).stem[:NAME_LENGTH]
        return name, *read(file.read(LIST_BYTES + 1), file.name)
    pasted = form.cleaned_data["text"].encode()
    return name or _("list"), *read(pasted, _("the pasted text"))


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """Download the library as a Markdown list."""
    response = HttpResponse(exports.markdown(), content_type="text/markdown")
    stamp = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="reading-list-{stamp}.md"'
    return response
