"""Hand the library back as a Markdown list."""

from collections.abc import Iterable, Iterator

from kb.models import Entry, Filing, Topic
from kb.models.entries import Kind
from kb.models.resources import ResourceKind, Source
from kb.readinglist import labels, writer
from kb.readinglist.writer import Branch, Outline, Section, Written
from kb.text import urls

# What a list calls a link that has no name which says what it is.
LABELS = {
    ResourceKind.CODE.value: "code",
    ResourceKind.MODEL.value: "model",
    ResourceKind.DATA.value: "data",
    ResourceKind.PROJECT.value: "project",
}

Filed = dict[int | None, list[Entry]]


def markdown(only: Topic | None = None) -> str:
    """Return the whole list in its standard form, which imports back as it is.

    With a topic, only what is in it and below; its section is then the first.

    Papers come first, under every topic there is, so that the tree keeps its
    order; blogs follow under the topics that hold some. Seven queries.
    """
    tree = Topic.objects.tree()
    listed = Entry.objects.listed().for_list().prefetch_related("resources")
    if only:
        tree, listed = [found_in(tree, only)], listed.under(only)
    entries = listed.order_by("kind", "position", "pk")
    sections = []
    for kind in (Kind.PAPER, Kind.BLOG):
        filed = by_topic(entry for entry in entries if entry.kind == kind)
        branches = [branch(topic, filed, bare=kind == Kind.PAPER) for topic in tree]
        topics = [found for found in branches if found]
        unfiled = [written(entry) for entry in filed.get(None, [])]
        sections.append(Section(kind=kind.value, entries=unfiled, topics=topics))
    return writer.write(Outline(sections=sections))


def item(entry: Entry) -> str:
    """Return an entry as an item of a Markdown list; what it has is loaded."""
    alone = Section(kind=entry.kind, entries=[written(entry)], topics=[])
    return writer.write(Outline(sections=[alone])).partition("\n")[2].strip()


def found_in(tree: list[Topic], wanted: Topic) -> Topic:
    """Return a topic as it stands in the tree, with what is below it."""
    found = next(topic for topic in tree if wanted.path.startswith(topic.path))
    return found if found.pk == wanted.pk else found_in(found.subtopics, wanted)


def by_topic(entries: Iterable[Entry]) -> Filed:
    """Return entries by the topic they are filed under, each in the topic's order."""
    placed: dict[int | None, list[tuple[int, Entry]]] = {}
    for entry in entries:
        filings: list[Filing] = list(entry.filings.all())
        for filing in filings:
            placed.setdefault(filing.topic_id, []).append((filing.position, entry))
        if not filings:
            placed.setdefault(None, []).append((entry.position, entry))
    return {
        topic: [entry for _, entry in sorted(rows, key=lambda row: (row[0], row[1].pk))]
        for topic, rows in placed.items()
    }


def branch(topic: Topic, filed: Filed, *, bare: bool) -> Branch | None:
    """Return the topic with what is below it; None for an empty one unless `bare`."""
    below = [branch(child, filed, bare=bare) for child in topic.subtopics]
    topics = [found for found in below if found]
    entries = [written(entry) for entry in filed.get(topic.pk, [])]
    if not (bare or entries or topics):
        return None
    names = {"zh": topic.name_zh, "en": topic.name_en} if bare else {}
    return Branch(
        name=topic.name,
        names={language: name for language, name in names.items() if name},
        intro=topic.intro if bare else "",
        entries=entries,
        topics=topics,
    )


def written(entry: Entry) -> Written:
    """Return the entry as a list has it: its address as somebody once wrote it."""
    paper = getattr(entry, "paper", None)
    unknown = paper and paper.title_from_arxiv and not paper.arxiv_title
    return Written(
        title="" if unknown else entry.title,  # the next library asks arXiv itself
        url=address(entry),
        summaries={summary.language: summary.body for summary in entry.summaries.all()},
        tags=tuple(sorted(tag.name for tag in entry.tags.all())),
        links=tuple(links(entry)),
    )


def links(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what people linked to beside an entry, where its summaries do not."""
    said = "\n".join(summary.body for summary in entry.summaries.all())
    for one in entry.resources.all():
        if not one.hidden and one.source != Source.ARXIV and one.url not in said:
            label = one.label if labels.said_kind(one.label) else LABELS.get(one.kind)
            if label:
                yield label, one.url


def address(entry: Entry) -> str | None:
    """Return the address as written where it still leads to the entry."""
    try:
        if "://" in entry.source_url and urls.canonical(entry.source_url) == entry.url:
            return entry.source_url
    except urls.NotAnAddress:
        pass
    return entry.url
