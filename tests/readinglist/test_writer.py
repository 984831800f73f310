"""The standard form reads back to the state it was written from."""

from hypothesis import HealthCheck, given, settings

from kb.readinglist.parser import parse
from kb.readinglist.writer import write
from tests.readinglist.outlines import outlines


def flat(outline):
    """Return topics and entries in the order of the file, summaries once."""
    topics, entries, seen = [], [], set()

    def visit(kind, path, node):
        for entry in node.entries:
            key = entry.url or ("title", entry.title)
            first = key not in seen
            seen.add(key)
            summaries = list(entry.summaries.items()) if first else []
            tags = entry.tags if first else ()
            entries.append((kind, path, entry.title, entry.url, summaries, tags))
        for branch in node.topics:
            below = (*path, branch.name)
            topics.append((kind, below, branch.intro, branch.names))
            visit(kind, below, branch)

    for section in outline.sections:
        visit(section.kind, (), section)
    return topics, entries


def read(text):
    document = parse(text)
    topics = [(t.kind, t.path, t.intro, t.names) for t in document.topics]
    entries = [
        (e.kind, e.topic_path, e.title, e.url, list(e.summaries.items()), e.tags)
        for e in document.entries
    ]
    return topics, entries


@given(outlines)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_written_reads_back_the_same(outline):
    assert read(write(outline)) == flat(outline)
