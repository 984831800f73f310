"""Tags and filters of the site's templates.

`rendered` is the one place of the project that declares text to be safe HTML: what
it returns came out of the Markdown renderer, whose sanitiser has the last word.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kb.models import Annotation, Entry, Summary, Topic
from kb.ops import words
from kb.search.marks import Fragment
from kb.text import markdown
from kb.text.language import language
from kb.web import undo
from kb.web.facets import link
from kb.web.home import lineage
from kb.web.search import related

register = template.Library()

FIELDS = {
    "title": gettext_lazy("title"),
    "url": gettext_lazy("address"),
    "kind": gettext_lazy("kind"),
    "topics": gettext_lazy("topics"),
    "tags": gettext_lazy("tags"),
    "intro": gettext_lazy("introduction"),
    "zh": gettext_lazy("Chinese text"),
    "en": gettext_lazy("English text"),
}
TAGS = {"zh": "zh-Hans", "zh-hans": "zh-Hans"}
NAMED_AUTHORS = 3  # in a line of a list
SMALL_TREE = 40  # topics; a larger tree shows only the way to the current one


@register.filter
def rendered(written: Summary | Annotation | str) -> SafeString:
    """Return a summary or note, or HTML the renderer made, for display as it is."""
    if not isinstance(written, (Summary, Annotation)):
        html = written
    elif written.renderer == markdown.RENDERER:
        html = written.html
    else:
        html = markdown.render(written.body)
    return mark_safe(html)  # noqa: S308 - the sanitiser's own output


@register.filter
def lang_tag(code: str) -> str:
    """Return the BCP 47 tag for a language of ours: "zh-Hans" for "zh"."""
    return TAGS.get(code, code)


@register.filter
def language_of(text: Any) -> str:
    """Return the tag of the language a text is written in."""
    return lang_tag(language(str(text)))


@register.filter
def summary_in(entry: Entry, code: str) -> Summary | None:
    """Return the summary in a language, else in the other one, else None."""
    return entry.summary_in(code)


@register.filter
def short_authors(names: Sequence[str]) -> str:
    """Return the names for a line of a list: all of up to three, else the first."""
    if len(names) <= NAMED_AUTHORS:
        return ", ".join(names)
    return _("%(first)s et al.") % {"first": names[0]}


@register.filter
def site_name(address: str) -> str:
    """Return the host of an address, without "www."; a bare name as it is."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.filter
def in_language(summaries: Iterable[Summary], code: str) -> Summary | None:
    """Return the summary written in a language, or None."""
    return next((found for found in summaries if found.language == code), None)


@register.filter
def outcome(rows: Iterable[Mapping[str, Any]], wanted: str) -> list[Mapping[str, Any]]:
    """Keep the rows of an import report that had that outcome."""
    return [row for row in rows if row["outcome"] == wanted]


@register.filter
def told(row: Mapping[str, Any]) -> str:
    """Return what a row of an import report says, in the reader's language."""
    return words.again(row) or row.get("message") or row.get("reason", "")


@register.filter
def field_names(fields: Iterable[str]) -> str:
    """Return the fields of a row of an import report, named for its reader."""
    between = pgettext("between names", ", ")
    return between.join(str(FIELDS.get(field, field)) for field in fields)


@register.filter
def ago(moment: datetime | None) -> str:
    """Return how long ago that was, with the exact time a pointer away."""
    if moment is None:
        return ""
    exact = date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        exact,
        naturaltime(moment),
    )


@register.filter
def marked(fragments: Iterable[Fragment]) -> SafeString:
    """Return a text in pieces, those that were searched for in <mark>."""
    pieces = (
        (format_html("<mark>{}</mark>", piece.text) if piece.marked else piece.text,)
        for piece in fragments or ()
    )
    return format_html_join("", "{}", pieces)


@register.filter
def trail(topic: Topic, trails: Mapping[str, str]) -> str:
    """Return the names from the top of the tree down to a topic, as far as known."""
    return trails.get(topic.path, str(topic))


@register.filter
def of(known: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds under a key, None if nothing."""
    return known.get(key) if known else None


@register.filter
def undone_at(tags: str | None) -> str:
    """Return where what a message says can be undone, by its tags; "" for nowhere."""
    return undo.address_of(tags)


@register.simple_tag
@lru_cache(maxsize=256)
def example(text: str) -> str:
    """Return an example of a search, as a link that tries it."""
    href = f"{reverse('kb:search')}{link(text)}"
    return format_html('<a href="{}"><code>{}</code></a> ', href, text)


@register.simple_tag
@lru_cache(maxsize=256)  # a page has a hundred
def icon(name: str) -> str:
    """Return an icon of the sprite; it is decoration, so readers do not hear it."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def lineage_of(context: template.Context, topic: Topic) -> list[Topic]:
    """Return the topics from the top of the tree down to `topic`, without queries."""
    return lineage(whole_tree(context), topic.path)


@register.inclusion_tag("kb/related.html", takes_context=True)
def related_entries(context: template.Context) -> dict[str, Any]:
    """Show entries that are like the page's own, if search knows any."""
    return {"related": related(context["request"], context["entry"])}


@register.inclusion_tag("kb/topic_tree.html", takes_context=True)
def topic_tree(context: template.Context) -> dict[str, Any]:
    """Show every topic, with the way to the current one open."""
    current = context.get("topic")
    tree = whole_tree(context)
    unfold(tree, current.path if current else "", everything=size(tree) <= SMALL_TREE)
    return {
        "topics": tree,
        "current": current,
        "at_home": context["request"].resolver_match.view_name == "kb:home",
    }


def whole_tree(context: template.Context) -> list[Topic]:
    """Return the page's tree, asked of the database once: two queries."""
    request = context["request"]
    if not hasattr(request, "kept_tree"):
        request.kept_tree = context.get("tree") or Topic.objects.tree()
    return request.kept_tree  # type: ignore[no-any-return]


def unfold(topics: Iterable[Topic], path: str, *, everything: bool) -> None:
    """Mark the topics whose sub-topics are in sight at first."""
    for topic in topics:
        topic.unfolded = everything or path.startswith(topic.path)
        unfold(topic.subtopics, path, everything=everything)


def size(topics: Iterable[Topic]) -> int:
    """Return how many topics there are, all told."""
    return sum(1 + size(topic.subtopics) for topic in topics)
