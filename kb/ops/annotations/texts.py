"""The texts of an entry that notes can be about, as the HTML a reader is shown."""

from django.utils.html import linebreaks

from kb.models import Entry, Paper, Summary
from kb.models.annotations import Where
from kb.text import anchors, markdown


def abstract_html(abstract: str) -> str:
    """Return an abstract as HTML: its paragraphs and lines, nothing of it markup."""
    return str(linebreaks(abstract, autoescape=True)) if abstract else ""


def summary_html(summary: Summary) -> str:
    """Return a summary's HTML, made anew where an older renderer made what is kept."""
    if summary.renderer == markdown.RENDERER:
        return summary.html
    return markdown.render(summary.body)


def plain_texts(entry: Entry) -> dict[str, str]:
    """Return the plain form of every text that the entry has, by its `Where`."""
    summaries = Summary.objects.filter(entry=entry.pk)
    shown = dict(summaries.values_list("language", "html"))
    abstract = Paper.objects.filter(pk=entry.pk).values_list("abstract", flat=True)
    shown[Where.ABSTRACT] = abstract_html(abstract.first() or "")
    return {where: anchors.plain(html) for where, html in shown.items() if html}
