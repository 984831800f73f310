"""What an entry says, to tell later whether somebody here changed it."""

from typing import Any

from kb.models import Entry


def state(entry: Entry) -> dict[str, Any]:
    """Return what an entry says that a list may say as well."""
    paper = getattr(entry, "paper", None)
    bodies = {summary.language: summary.body for summary in entry.summaries.all()}
    return {
        # What arXiv calls it nobody here has said.
        "title": "" if paper and paper.title_from_arxiv else entry.title,
        "url": entry.url or "",
        "zh": bodies.get("zh", ""),
        "en": bodies.get("en", ""),
        "tags": sorted(tag.name for tag in entry.tags.all()),
        "topics": sorted(filing.topic_id for filing in entry.filings.all()),
    }
