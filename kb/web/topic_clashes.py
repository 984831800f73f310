"""A topic that somebody changed meanwhile: its names and introduction, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kb.models import Topic
from kb.ops.errors import Outdated
from kb.ops.topics import Words
from kb.web import clashes
from kb.web.clashes import Clash

LONG = "intro"  # the field that has lines


def refused(
    request: HttpRequest,
    refusal: Outdated,
    seen: Mapping[str, str],
    signed: Callable[[Mapping[str, str]], str],
) -> HttpResponse:
    """Show what was sent beside what is saved, field by field where both changed it.

    `seen` is what the form showed first; `signed` makes it for the next.
    """
    topic = cast("Topic", refusal.current)
    now = asdict(Words.of(topic))
    sent = {name: clashes.lines(request.POST.get(name, "")).strip() for name in now}
    settled, clashing = {}, []
    for name, theirs in now.items():
        if seen[name] != theirs != sent[name] != seen[name]:
            texts = seen[name], sent[name], theirs
            clashing.append(clash(name, texts))
        else:
            settled[name] = theirs if sent[name] == seen[name] else sent[name]
    fields = {**settled, "before": signed(now)}
    return clashes.page(
        request, clashing, fields=fields, message=str(refusal), **about(topic)
    )


def again(request: HttpRequest, topic: Topic) -> HttpResponse | None:
    """Show the clashes again that the page carried, None where it carried none."""
    found = list(carried(request))
    return clashes.page(request, found, fields={}, **about(topic)) if found else None


def carried(request: HttpRequest) -> Iterator[Clash]:
    """Yield the clashes that a page carried, with the choices made."""
    for name in asdict(Words("")):
        one = clashes.again(request, name, label(name))
        if one:
            yield replace(one, one_line=name != LONG)


def clash(name: str, texts: tuple[str, str, str]) -> Clash:
    """Return the clash in a field: as it was, as the asker and as another made it."""
    return Clash(name, label(name), *texts, one_line=name != LONG)


def label(name: str) -> str:
    """Return what a field is called."""
    return str(capfirst(Topic._meta.get_field(name).verbose_name))  # noqa: SLF001


def about(topic: Topic) -> dict[str, Any]:
    """Return what the page says of the topic."""
    return {
        "title": str(topic),
        "href": topic.get_absolute_url(),
        "part": _("Topic"),
        "history": reverse("kb:topic_history", args=[topic.pk]),
    }
