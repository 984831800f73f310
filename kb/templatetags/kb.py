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
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from kb.models import Annotation, Entry, Milestone, Resource, Summary, Topic
from kb.ops import words
from kb.search.marks import Fragment
from kb.search.query import Part
from kb.text import markdown
from kb.text.differences import Piece
from kb.text.language import language
from kb.web import drafts, gate, news, trees, undo
from kb.web.facets import Line, link
from kb.web.home import lineage
from kb.web.news import News
from kb.web.search import related

register = template.Library()
LINE = 1000  # characters of a line that are shown

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
FIGURES = {
    "due": gettext_lazy("papers to fetch"),
    "found": gettext_lazy("fetched"),
    "absent": gettext_lazy("not found at arXiv"),
    "rejected": gettext_lazy("refused by arXiv"),
    "failed": gettext_lazy("could not be fetched"),
    "pages": gettext_lazy("pages"),
    "records": gettext_lazy("records"),
    "read": gettext_lazy("records"),
    "kept": gettext_lazy("of ours"),
    "ours": gettext_lazy("of ours"),
    "added": gettext_lazy("added to the library"),
    "malformed": gettext_lazy("not understood"),
    "removed": gettext_lazy("entries removed"),
    "put_back": gettext_lazy("entries as they were"),
    "topics_removed": gettext_lazy("topics removed"),
    "changed": gettext_lazy("entries changed"),
    "unchanged": gettext_lazy("left as they were"),
    "skipped": gettext_lazy("not there any more"),
    "notes_moved": gettext_lazy("notes taken along"),
    "merged": gettext_lazy("tags merged"),
    "retagged": gettext_lazy("entries tagged anew"),
    "deleted": gettext_lazy("tags deleted"),
    "stayed_as_is": gettext_lazy("left as they are"),
}
FATES = {
    "orphaned": gettext_lazy("Kept without a place: no text here has its words."),
    "unknown": gettext_lazy("Left out: what it is about is not in the library."),
    "unanswered": gettext_lazy("Left out: what it answers is not here."),
    "refused": gettext_lazy("Left out:"),
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
def nth(lines: Sequence[str], number: int) -> str:
    """Return a line of a text by its number from 1; nothing where there is none."""
    return lines[number - 1][:LINE] if lines and 0 < number <= len(lines) else ""


@register.filter
def field_names(fields: Iterable[str]) -> str:
    """Return the fields of a row of an import report, named for its reader."""
    between = pgettext("between names", ", ")
    return between.join(str(FIELDS.get(field, field)) for field in fields)


@register.filter
def figures(report: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what a run's report counts, named for its reader."""
    return [(str(FIGURES[key]), report[key]) for key in FIGURES if key in report]


@register.filter
def fate(outcome: str) -> str:
    """Return what became of an annotation that was brought in, for its reader."""
    return str(FATES.get(outcome, outcome))


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
def compared(pieces: Iterable[Piece]) -> SafeString:
    """Return a text in pieces, what came and what went marked for eyes and ears."""
    said = '<{0}><span class="unseen" lang="{1}">{2} </span>{3}</{0}>'
    here = lang_tag(get_language() or "en")
    words = {"gone": ("del", here, _("removed:")), "new": ("ins", here, _("added:"))}
    told = (
        (format_html(said, *words[kind], text) if kind in words else text,)
        for kind, text in pieces
    )
    return format_html_join("", "{}", told)


@register.filter
def of(known: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds under a key, None if nothing."""
    return known.get(key) if known else None


@register.filter
def icon_of(one: News | Milestone) -> str:
    """Return the name of the icon that stands for what happened."""
    return news.icon(one)


@register.filter
def shortly(resource: Resource) -> str:
    """Return what a link is called: its label, else its address without https."""
    return resource.label or resource.url.partition("//")[2].removesuffix("/")


@register.filter
def undone_at(tags: str | None) -> str:
    """Return where what a message says can be undone, by its tags; "" for nowhere."""
    return undo.address_of(tags)


@register.simple_tag
def narrowing(line: Line, also: str) -> str:
    """Return a line of a facet, as a link; a page has a hundred, so no template."""
    label = format_html(
        '<span lang="{}">{}</span>', language_of(line.label), line.label
    )
    if not line.chosen:
        return format_html(
            '<a href="{}{}">{} <span class="count">{}</span></a>',
            line.href,
            also,
            label,
            line.count,
        )
    return format_html(
        '<a href="{}{}" aria-current="true">{}<span class="unseen">{}</span>{}</a>',
        line.href,
        also,
        label,
        _("(take off)"),
        icon("x"),
    )


@register.simple_tag
def search_help(parts: Sequence[Part]) -> SafeString:
    """Return how to search, open where nothing is asked yet."""
    return _search_help(get_language(), opened=not parts)


@lru_cache(maxsize=4)  # two languages, open or not: it is the same on every page
def _search_help(_language: str, *, opened: bool) -> SafeString:
    return render_to_string("kb/search_help.html", {"opened": opened})


@register.simple_tag
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
def writer(context: template.Context) -> str:
    """Return the hidden field that says who opened a form, if they are logged out."""
    field = '<input type="hidden" name="writer" value="{}">'
    return format_html(field, drafts.signed(context["request"].user))


@register.simple_tag(takes_context=True)
def lineage_of(context: template.Context, topic: Topic) -> list[Topic]:
    """Return the topics from the top of the tree down to `topic`, without queries."""
    return lineage(whole_tree(context), topic.path)


@register.inclusion_tag("kb/denied.html", takes_context=True)
def denied(context: template.Context) -> dict[str, Any]:
    """Tell curators when arXiv denied us access; the page about it says so itself."""
    match = getattr(context.get("request"), "resolver_match", None)
    if not context.get("may_curate") or (match and match.url_name == "kb_metadata"):
        return {}
    state = gate.remembered()
    return {"denied": bool(state and state.denied)}


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
    """Return the page's tree, asked for once: two queries at most."""
    request = context["request"]
    if not hasattr(request, "kept_tree"):
        request.kept_tree = context.get("tree") or trees.tree()
    return request.kept_tree  # type: ignore[no-any-return]


def unfold(topics: Iterable[Topic], path: str, *, everything: bool) -> None:
    """Mark the topics whose sub-topics are in sight at first."""
    for topic in topics:
        topic.unfolded = everything or path.startswith(topic.path)
        unfold(topic.subtopics, path, everything=everything)


def size(topics: Iterable[Topic]) -> int:
    """Return how many topics there are, all told."""
    return sum(1 + size(topic.subtopics) for topic in topics)
