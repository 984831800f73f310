"""Reading arXiv's bulk snapshot: a JSON object for each paper, one on each line.

Format: https://www.kaggle.com/datasets/Cornell-University/arxiv
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from kb.arxiv.records import RawRecord, Version
from kb.arxiv.wording import line, mail_moment, paragraphs
from kb.text import arxiv_ids

_STRANGE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True)
class Unreadable:
    """A line, counted from 1, that is no paper, and why, as a part of a sentence."""

    line: int
    reason: str


def records(lines: Iterable[bytes]) -> Iterator[RawRecord | Unreadable]:
    """Yield what each line says, one at a time; blank lines say nothing.

    A snapshot has no withdrawals and no sizes.
    """
    for number, written in enumerate(lines, start=1):
        if written.strip():
            try:
                yield _record(_paper(written))
            except RecursionError:
                yield Unreadable(number, "it is nested too deeply")
            except ValueError as error:
                yield Unreadable(number, str(error))


def _paper(written: bytes) -> Mapping[str, Any]:
    paper = json.loads(written.decode("utf-8-sig"))
    if not isinstance(paper, dict):
        raise ValueError("it is not an object")
    # JSON can say what no text may hold: half of a character, and NUL.
    if _STRANGE.search(written):
        plain = json.dumps(paper, ensure_ascii=False)
        plain.encode()
        if "\\u0000" in plain:
            raise ValueError("it holds a NUL character")
    return paper


def _record(paper: Mapping[str, Any]) -> RawRecord:
    identifier = _required(paper, "id")
    reference = arxiv_ids.parse(identifier)
    if reference is None:
        raise ValueError(f"{identifier!r} is not an arXiv identifier")
    return RawRecord(
        id=reference.id,
        title=line(_required(paper, "title")),
        abstract=paragraphs(_required(paper, "abstract")),
        authors=line(_required(paper, "authors")),
        categories=tuple(dict.fromkeys(_required(paper, "categories").split())),
        versions=_versions(paper),
        comment=_text(paper, "comments"),
        journal_ref=_text(paper, "journal-ref"),
        doi=_text(paper, "doi"),
        licence=_text(paper, "license"),
        changed_on=date.fromisoformat(_required(paper, "update_date")),
    )


def _versions(paper: Mapping[str, Any]) -> tuple[Version, ...]:
    try:
        versions = [
            Version(
                int(each["version"].removeprefix("v")), mail_moment(each["created"])
            )
            for each in paper["versions"]
        ]
    except (AttributeError, LookupError, TypeError):
        raise ValueError("its versions are not as they should be") from None
    if not versions:
        raise ValueError("it has no versions")
    return tuple(sorted(versions, key=attrgetter("number")))


def _required(paper: Mapping[str, Any], name: str) -> str:
    value = paper.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"its {name} is missing or not text")
    return value


def _text(paper: Mapping[str, Any], name: str) -> str:
    return line(_required(paper, name)) if paper.get(name) else ""
