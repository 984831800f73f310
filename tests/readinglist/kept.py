"""Every text of a document that holds what its source held."""

from collections.abc import Iterator

from kb.readinglist.document import Document
from kb.text import arxiv_ids, urls


def everything(document: Document) -> Iterator[str]:
    """Yield every text of a document that may hold an address."""
    for entry in document.entries:
        yield from (entry.url or "", entry.title, *entry.summaries.values())
        yield from (link.url for link in (*entry.extra_links, *entry.resources))
    for topic in document.topics:
        yield topic.intro
    for rest in document.unparsed:
        yield from (rest.text, *rest.urls)


def lost(text: str, document: Document) -> set[str]:
    """Return the papers and addresses of a text that its document does not hold."""
    kept = "\n".join(everything(document))
    known = {ref.id for ref in arxiv_ids.find_all(kept)}
    papers = {ref.id for ref in arxiv_ids.find_all(text)} - known
    written = {found.url for found in urls.find_urls(text)}
    return papers | {url for url in written if url not in kept}
