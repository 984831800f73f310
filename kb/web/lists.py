"""Reading lists, handed back."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.models import ReadingList
from kb.ops import exports
from kb.ops.errors import NotKept
from kb.ops.same_list import same_list
from kb.text.slugs import slug

UNSAID = 10  # titles that are named


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
