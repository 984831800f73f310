"""Keeping account of one question: who was asked for, and what was said of whom."""

from collections.abc import Iterable, Sequence

from kb.arxiv.atom import Feed, RejectedId
from kb.arxiv.errors import MalformedFeed
from kb.arxiv.records import Record, Reply
from kb.text import arxiv_ids

NOT_AN_IDENTIFIER = "This is not an arXiv identifier."


class Tally:
    """Sorts what arXiv says into found, absent and rejected.

    A *name* is an identifier as it is sent: canonical, with its version if one is
    asked for.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        """Reject what cannot be an identifier: arXiv would refuse the whole batch."""
        self._names = {written: _name(written) for written in ids}
        self._found: dict[str, Record] = {}
        self._absent: set[str] = set()
        self._rejected = {"": NOT_AN_IDENTIFIER}  # no name, hence never asked for

    @property
    def names(self) -> list[str]:
        """What to send: each name once, in the order given."""
        return [name for name in dict.fromkeys(self._names.values()) if name]

    def note(self, names: Sequence[str], feed: Feed) -> list[list[str]]:
        """Record what `feed` says of `names`; return the batches to ask for instead."""
        if feed.error is not None:
            return self._reject(list(names), feed.error)
        by_name = _by_name(feed.records)
        self._found |= {name: by_name[name] for name in names if name in by_name}
        self._absent.update(name for name in names if name not in by_name)
        return []

    def reply(self) -> Reply:
        """Return what is known by now, keyed as the caller wrote the identifiers."""
        known = self._names.items()
        return Reply(
            {key: self._found[name] for key, name in known if name in self._found},
            tuple(key for key, name in known if name in self._absent),
            {
                key: self._rejected[name]
                for key, name in known
                if name in self._rejected
            },
        )

    def _reject(self, names: list[str], error: RejectedId) -> list[list[str]]:
        culprit = names[0] if len(names) == 1 else error.id
        if culprit in names:
            self._rejected[culprit] = f"arXiv refuses this identifier: {error.reason}"
            rest = [name for name in names if name != culprit]
            return [rest] if rest else []
        middle = len(names) // 2
        return [names[:middle], names[middle:]]


def check(names: Sequence[str], feed: Feed) -> None:
    """Raise MalformedFeed when `feed` cannot be trusted to tell who is absent."""
    if feed.error is not None:
        return
    sent = {(record.id, record.version) for record in feed.records}
    if len(sent) != min(feed.total, len(names)):
        raise MalformedFeed(
            f"arXiv announced {feed.total} papers and sent {len(sent)}"
            f" when asked for {len(names)}"
        )
    known = _by_name(feed.records)
    strangers = [record.id for record in feed.records if not _wanted(record, names)]
    if strangers and any(name not in known for name in names):
        raise MalformedFeed(
            f"arXiv sent papers nobody asked for, such as {strangers[0]}"
        )


def _wanted(record: Record, names: Sequence[str]) -> bool:
    return record.id in names or f"{record.id}v{record.version}" in names


def _by_name(records: Iterable[Record]) -> dict[str, Record]:
    """Map both names of each record to it; the plain one means the newest version."""
    by_name: dict[str, Record] = {}
    for record in sorted(records, key=lambda record: record.version):
        by_name[record.id] = by_name[f"{record.id}v{record.version}"] = record
    return by_name


def _name(written: str) -> str:
    reference = arxiv_ids.parse(written)
    if reference is None:
        return ""
    return reference.id + (f"v{reference.version}" if reference.version else "")
