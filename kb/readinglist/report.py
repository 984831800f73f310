"""A Document as JSON, for dry runs and for other programs."""

from collections import Counter
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from kb.readinglist.document import Document, Entry, Topic, Unparsed
from kb.readinglist.source import decode


def as_json(document: Document, *, name: str, data: bytes) -> dict[str, Any]:
    """Return what a list says, in the order of the file, keys in a fixed order.

    `data` is the file that `document` was read from.
    """
    direct = Counter((entry.kind, entry.topic_path) for entry in document.entries)
    total = Counter(
        (entry.kind, entry.topic_path[:depth])
        for entry in document.entries
        for depth in range(1, len(entry.topic_path) + 1)
    )
    return {
        "source": name,
        "sha256": sha256(data).hexdigest(),
        "chars": len(decode(data, name)),
        "kinds": [asdict(kind) for kind in document.kinds],
        "counts": document.counts(),
        "topics": [
            _topic(topic)
            | {
                "entries_direct": direct[topic.kind, topic.path],
                "entries_total": total[topic.kind, topic.path],
            }
            for topic in document.topics
        ],
        "entries": [_entry(entry) for entry in document.entries],
        "warnings": [asdict(warning) for warning in document.warnings],
        "unparsed": [_unparsed(one) for one in document.unparsed],
    }


def _unparsed(rest: Unparsed) -> dict[str, Any]:
    return {
        "line": rest.line,
        "text": rest.text,
        "urls": list(rest.urls),
        "reason": rest.reason,
    }


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "path": list(topic.path),
        "kind": topic.kind,
        "name": topic.path[-1],
        "parent": list(topic.path[:-1]),
        "depth": len(topic.path),
        "source": topic.source,
        "line": topic.line,
        "heading_level": topic.heading_level,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "kind": entry.kind,
        "section_path": list(entry.section_path),
        "topic_path": list(entry.topic_path),
        "title": entry.title,
        "title_language": entry.title_language,
        "url": entry.url,
        "canonical_url": entry.canonical_url,
        "arxiv_id": entry.arxiv_id,
        "arxiv_version": entry.arxiv_version,
        "summary": entry.summary,
        "summary_language": entry.summary_language,
        "language": entry.language,
        "extra_links": [asdict(link) for link in entry.extra_links],
        "syntax": entry.syntax,
        "source_lines": list(entry.source_lines),
        "title_source": entry.title_source,
        "authors": list(entry.authors),
        "venue": entry.venue,
        "year": entry.year,
        "resources": [asdict(link) for link in entry.resources],
    }
