"""The tags: how often each is used, what else it is called, and which are one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from taggit.models import Tag

from kb.models import Run, TagAlias
from kb.ops import tags
from kb.ops.errors import TagExists
from kb.web import undo
from kb.web.doors import MemberRequest, curating
from kb.web.keys import keys_in

PAGE = 100  # tags


@require_http_methods(["GET", "HEAD", "POST"])
@curating
def tag_desk(request: MemberRequest) -> HttpResponse:
    """List the tags; merge, rename, and give them other names."""
    if request.method == "POST":
        return act(request)
    sought = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = tags.counted().prefetch_related("aliases")
    if sought:
        rows = rows.filter(name__icontains=sought)
    if "unused" in request.GET:
        rows = rows.filter(n=0)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "kb/tags.html", {"page": page, "sought": sought})


def act(request: MemberRequest) -> HttpResponse:
    """Do what a button says, and offer to undo it."""
    said, by, now = request.POST, request.user, timezone.now()
    chosen = list(Tag.objects.filter(pk__in=keys_in(said.getlist("tag"))))
    name = said.get("name", "")
    run: Run | None = None
    try:
        if "unused" in said:
            run = tags.delete_unused(by=by, now=now)
        elif "drop" in said:
            alias = TagAlias.objects.filter(pk__in=keys_in([said["drop"]])).first()
            run = tags.drop_name(alias, by=by, now=now) if alias else None
        elif "merge" in said:
            run = merged(request, chosen, name)
        elif len(chosen) != 1:
            messages.info(request, _("Tick one tag for this."))
        else:
            verb = tags.rename if "rename" in said else tags.add_name
            run = verb(chosen[0], name, by=by, now=now)
    except TagExists as refusal:
        messages.error(request, str(refusal))
    if run:
        undo.offer(request, _("Done."), reverse("kb:run_undo", args=[run.pk]))
    return redirect("kb:tags")


def merged(request: MemberRequest, chosen: list[Tag], name: str) -> Run | None:
    """Merge tags into the one that is named, else into the one most used."""
    keys = [tag.pk for tag in chosen]
    used = tags.counted().filter(pk__in=keys).order_by("-n", "pk")
    wanted = name.strip().casefold()
    kept = next((tag for tag in used if tag.name.casefold() == wanted), None)
    if wanted and kept is None:
        kept = Tag.objects.filter(name__iexact=wanted).first()
    kept = kept or (None if wanted else used.first())
    if kept is None or set(keys) <= {kept.pk}:
        messages.info(request, _("Tick at least two tags, or name the one that stays."))
        return None
    return tags.merge(kept, chosen, by=request.user, now=timezone.now())
