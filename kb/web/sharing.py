"""A topic shared by a link: made and taken back by curators, read by whoever has it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from kb.models import Share, Topic
from kb.ops import sharing
from kb.ops.site import absolute
from kb.text.visible import visible
from kb.web.doors import MemberRequest, curating
from kb.web.home import in_order
from kb.web.pages import page_of

PAGE = 25  # entries
SHOWN = 200  # characters of an introduction in a preview
TERMS = {
    "7": gettext_lazy("a week"),
    "30": gettext_lazy("a month"),
    "365": gettext_lazy("a year"),
    "": gettext_lazy("until it is taken back"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def shares(request: MemberRequest, pk: int) -> HttpResponse:
    """List a topic's links; make one."""
    topic = get_object_or_404(Topic, pk=pk)
    now = timezone.now()
    if request.method == "POST":
        term = request.POST.get("days", "")
        if term not in TERMS:
            raise Http404
        sharing.share(topic, int(term or 0) or None, by=request.user, now=now)
        messages.success(request, _("Whoever has the link can read this topic."))
        return redirect("kb:shares", pk)
    links = list(Share.objects.good(now).filter(topic=topic).select_related("made_by"))
    for link in links:
        path = reverse("kb:shared", args=[sharing.key_of(link)])
        link.address = absolute(path)  # type: ignore[attr-defined]
    context = {"topic": topic, "links": links, "terms": TERMS}
    return render(request, "kb/shares.html", context)


@require_POST
@curating
def take_back(request: MemberRequest, pk: int) -> HttpResponse:
    """Take a link back."""
    link = get_object_or_404(Share, pk=pk)
    sharing.take_back(link, by=request.user, now=timezone.now())
    messages.success(request, _("The link leads nowhere any more."))
    return redirect("kb:shares", link.topic_id)


@require_safe
@login_not_required
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """Show what a link shares: entries with their summaries, and nothing to write."""
    link = sharing.behind(key, now=timezone.now())
    if link is None:
        raise Http404
    entries = in_order(link.topic).prefetch_related("resources")
    context = {
        "topic": link.topic,
        "page": page_of(entries, request.GET.get("page"), PAGE),
        "until": link.expires_at,
        "here": absolute(request.path),
        "preview": " ".join(visible(link.topic.intro_html).split())[:SHOWN],
    }
    response = render(request, "kb/shared.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    return response
