"""The papers of the arXiv stand-in, and the Atom feeds that the service makes of them.

`arxiv_oai` makes the other service's pages of them. The layout follows replies of
export.arxiv.org recorded in spring 2026.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr


@dataclass
class Paper:
    """A paper arXiv holds; `versions` are the times of v1, v2, … or their days.

    An author is a name, or a name and a list of affiliations. Paragraphs of the
    abstract are apart by a blank line. `sizes`, in kilobytes, and `source_types` are
    of v1, v2, … as far as they go. `datestamp` is the day of the newest version and
    `sets` are those of the categories, unless given.
    """

    id: str
    title: str = "Scaling Transformers"
    abstract: str = "We scale transformers."
    authors: Sequence[str | tuple[str, Sequence[str]]] = ("Ada Lovelace",)
    versions: Sequence[str] = ("2023-07-05T17:59:56Z",)
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    categories: Sequence[str] = field(default_factory=lambda: ["cs.CL", "cs.LG"])
    licence: str = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    sizes: Sequence[int] = ()
    source_types: Sequence[str] = ()
    datestamp: str = ""
    sets: Sequence[str] = ()
    withdrawn: bool = False  # the newest version has no source any more
    deleted: bool = False  # arXiv removed the record

    def time(self, version: int) -> str:
        """Return when `version`, counted from 1, was announced."""
        written = self.versions[version - 1]
        return written if "T" in written else f"{written}T00:00:00Z"


def feed(entries: Sequence[str], *, total: int, start: int = 0, size: int = 10) -> str:
    """Return a whole reply."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"\
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/stand-in</id>
  <title>arXiv Query</title>
  <updated>2026-04-12T22:09:36Z</updated>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{"".join(entries)}</feed>
"""


def entry(paper: Paper, version: int) -> str:
    """Return the entry about one version of a paper."""
    name = f"{paper.id}v{version}"
    indent = "  " if "/" in paper.id else ""  # as the service does for its oldest
    summary = indent + "\n  ".join(paper.abstract.split("\n\n"))
    categories = "".join(
        f"    <category term={quoteattr(term)}/>\n" for term in paper.categories
    )
    return f"""  <entry>
    <id>http://arxiv.org/abs/{name}</id>
    <title>{escape(paper.title)}</title>
    <updated>{paper.time(version)}</updated>
    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{name}" rel="related" title="pdf"/>
    <summary>{escape(summary)}</summary>
{categories}    <published>{paper.time(1)}</published>
{_extras(paper)}    <arxiv:primary_category term={quoteattr(paper.categories[0])}/>
{"".join(map(_author, paper.authors))}  </entry>
"""


def error(fragment: str, summary: str) -> str:
    """Return the entry with which the service refuses a request."""
    return f"""  <entry>
    <id>https://arxiv.org/api/errors#{escape(fragment)}</id>
    <title>Error</title>
    <updated>2026-04-12T22:59:06Z</updated>
    <summary>{escape(summary)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
"""


def bad_id(identifier: str) -> str:
    """Return the feed that refuses `identifier`, without naming it if it is ""."""
    summary = "incorrect id format" + (f" for {identifier}" if identifier else "")
    return feed([error(summary.replace(" ", "_"), summary)], total=1, size=1)


def _extras(paper: Paper) -> str:
    told = {
        "comment": paper.comment,
        "journal_ref": paper.journal_ref,
        "doi": paper.doi,
    }
    return "".join(
        f"    <arxiv:{tag}>{escape(text)}</arxiv:{tag}>\n"
        for tag, text in told.items()
        if text
    )


def _author(author: str | tuple[str, Sequence[str]]) -> str:
    name, affiliations = (author, ()) if isinstance(author, str) else author
    lines = "".join(
        f"      <arxiv:affiliation>{escape(each)}</arxiv:affiliation>\n"
        for each in affiliations
    )
    return f"""    <author>
      <name>{escape(name)}</name>
{lines}    </author>
"""
