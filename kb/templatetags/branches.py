"""The lines of the topic tree: every page has hundreds, so no template draws them."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kb.models import Topic
from kb.templatetags.kb import icon, language_of
from kb.web.hits import at

register = template.Library()


@register.simple_tag
def branch(topics: Iterable[Topic], current: Topic | None) -> SafeString:
    """Return topics as a list of links, each with those below it, to be unfolded."""
    drawn = ((line(topic, current), below(topic, current)) for topic in topics)
    return format_html("<ul>{}</ul>", format_html_join("\n", "<li>{}{}</li>", drawn))


def line(topic: Topic, current: Topic | None) -> SafeString:
    """Return the link to a topic, with its count."""
    name = str(topic)
    here = current is not None and topic.pk == current.pk
    return format_html(
        '<a href="{}" lang="{}"{}>{} <span class="count">{}</span></a>',
        at("topic", topic.address),
        language_of(name),
        SafeString(' aria-current="page"' if here else ""),
        name,
        topic.count,
    )


def below(topic: Topic, current: Topic | None) -> SafeString:
    """Return the topics below one, where they are on the way; else how to get them.

    A tree of hundreds would be most of every page. Without scripts the topic's own
    page shows them.
    """
    if not topic.subtopics:
        return SafeString()
    there = getattr(topic, "unfolded", False)
    return format_html(
        '<details{}><summary aria-label="{}">{}</summary>{}</details>',
        SafeString(" open") if there else fetched(topic),
        _("Topics in %(topic)s") % {"topic": topic},
        icon("chevron-right"),
        branch(topic.subtopics, current) if there else "",
    )


def fetched(topic: Topic) -> SafeString:
    """Return the attributes that fetch what is below a topic when it is unfolded."""
    return format_html(
        ' class="later" hx-get="{}" hx-trigger="toggle once" hx-swap="beforeend"',
        at("branch", topic.pk),
    )
