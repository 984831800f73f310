"""The OAI-PMH interface of the arXiv stand-in, in the format arXivRaw.

The layout and the habits follow what arXiv's own server makes of its test database.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, quote, unquote, urlencode
from xml.sax.saxutils import escape, quoteattr

from tests.arxiv_papers import Paper

FORMAT = "arXivRaw"
_GROUPS = {"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"}  # the rest: physics


class Refusal(Exception):
    """What the service will not do, in its code and words."""


class Oai:
    """Answers the verbs ListRecords and GetRecord about `papers`.

    A page holds `page_size` records. Times are real unless `now` is set. Tokens hold
    the whole question, as arXiv's do, and are refused once `expire_tokens` was called.
    """

    def __init__(self, papers: Mapping[str, Paper]) -> None:
        self.papers = papers
        self.page_size = 1000
        self.now: datetime | None = None
        self.attribute = "expires"  # "" leaves out when a token expires
        self._issued: set[str] = set()
        self._expired: set[str] = set()

    def expire_tokens(self) -> None:
        """Refuse from now on every token that was given out."""
        self._expired |= self._issued

    def reply(self, query: Mapping[str, str]) -> str:
        """Return the reply to a query."""
        verbs = {"ListRecords": self._list, "GetRecord": self._get}
        try:
            if query.get("verb") not in verbs:
                raise Refusal("badVerb", "Reason: Invalid verb provided")
            told = verbs[query["verb"]](query)
        except Refusal as refusal:
            code, words = refusal.args
            told = f"    <error code='{code}'>{escape(words)}</error>\n"
        return self._whole(query, told)

    def _list(self, query: Mapping[str, str]) -> str:
        asked, skip = self._question(query)
        found = sorted(
            (paper for paper in self.papers.values() if _matches(paper, asked)),
            key=lambda paper: (datestamp(paper), paper.id),
        )[skip:]
        if not found:
            raise Refusal("noRecordsMatch", "The combination results in an empty list.")
        page, rest = found[: self.page_size], found[self.page_size :]
        token = self._token(asked, skip, page, rest) if rest else ""
        return f"<ListRecords>\n{''.join(map(record, page))}{token}</ListRecords>\n"

    def _question(self, query: Mapping[str, str]) -> tuple[dict[str, str], int]:
        """Return what is asked for, and how many records of it were sent before."""
        if token := query.get("resumptionToken"):
            if len(query) > 2:
                raise Refusal("badArgument", "resumptionToken is exclusive")
            asked = dict(parse_qsl(unquote(token)))
            if token in self._expired or not asked.get("skip", "").isdecimal():
                raise Refusal("badResumptionToken", "The token is invalid or expired.")
            return asked, int(asked.pop("skip"))
        _check_format(query)
        for name in {"from", "until"} & query.keys():
            _check_date(name, query[name])
        return dict(query), 0

    def _token(
        self,
        asked: Mapping[str, str],
        skip: int,
        page: Sequence[Paper],
        rest: Sequence[Paper],
    ) -> str:
        """Name the day the next page begins with, and how many of that day to skip."""
        day = datestamp(rest[0])
        same = sum(datestamp(paper) == day for paper in page)
        same += skip if asked.get("from") == day else 0
        question = {**asked, "from": day, "skip": str(same)}
        token = quote(urlencode(question), safe="")
        self._issued.add(token)
        self._expired.discard(token)
        midnight = f"{self._moment().date() + timedelta(days=1)}T00:00:00Z"
        expires = f" {self.attribute}='{midnight}'" if self.attribute else ""
        return f"<resumptionToken{expires}>{token}</resumptionToken>\n"

    def _get(self, query: Mapping[str, str]) -> str:
        _check_format(query)
        if "identifier" not in query:
            raise Refusal("badArgument", "identifier is missing")
        paper = self.papers.get(query["identifier"].removeprefix("oai:arXiv.org:"))
        if paper is None:
            raise Refusal("idDoesNotExist", "Reason: nothing found for this id")
        return f"<GetRecord>\n{record(paper)}</GetRecord>\n"

    def _whole(self, query: Mapping[str, str], told: str) -> str:
        attributes = "".join(
            f" {name}={quoteattr(value)}" for name, value in query.items()
        )
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
    <responseDate>{self._moment():%Y-%m-%dT%H:%M:%SZ}</responseDate>
    <request{attributes}>http://localhost/oai</request>
{told}</OAI-PMH>
"""

    def _moment(self) -> datetime:
        return self.now or datetime.fromtimestamp(time.time(), UTC)


def record(paper: Paper) -> str:
    """Return the record of a paper, whose metadata is gone if it was deleted."""
    status = " status='deleted'" if paper.deleted else ""
    sets = "".join(f"            <setSpec>{each}</setSpec>\n" for each in spec(paper))
    return f"""        <record>
            <header{status}>
        <identifier>oai:arXiv.org:{paper.id}</identifier>
        <datestamp>{datestamp(paper)}</datestamp>
{sets}    </header>
{"" if paper.deleted else _metadata(paper)}        </record>
"""


def datestamp(paper: Paper) -> str:
    """Return the day on which the record changed last."""
    return paper.datestamp or paper.time(len(paper.versions))[:10]


def spec(paper: Paper) -> list[str]:
    """Return the sets a paper is in, such as cs:cs:CL and physics:hep-th."""
    return list(paper.sets) or [_set(category) for category in paper.categories]


def _set(category: str) -> str:
    archive, *subject = category.split(".")
    group = archive if archive in _GROUPS else "physics"
    return ":".join([group, archive, *subject])


def _matches(paper: Paper, asked: Mapping[str, str]) -> bool:
    day, wanted = datestamp(paper), asked.get("set", "")
    within = asked.get("from", "") <= day <= asked.get("until", "9999")
    return within and (
        not wanted or any(f"{each}:".startswith(f"{wanted}:") for each in spec(paper))
    )


def _check_format(query: Mapping[str, str]) -> None:
    if "metadataPrefix" not in query:
        raise Refusal("badArgument", "metadataPrefix is missing")
    if query["metadataPrefix"] != FORMAT:
        raise Refusal("cannotDisseminateFormat", "The format is not supported.")


def _check_date(name: str, written: str) -> None:
    try:
        date.fromisoformat(written)
    except ValueError:
        raise Refusal(
            "badArgument", f"Reason: {name} date format must be YYYY-MM-DD"
        ) from None


def _metadata(paper: Paper) -> str:
    versions = "".join(_version(paper, at) for at in range(len(paper.versions)))
    abstract = "  " + "\n  ".join(paper.abstract.split("\n\n"))
    return f"""            <metadata>
        <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
        <id>{paper.id}</id>
        <submitter>{escape(_name(paper.authors[0]))}</submitter>
{versions}        <title>{escape(paper.title)}</title>
        <authors>{escape(_byline(paper.authors))}</authors>
        <categories>{" ".join(paper.categories)}</categories>
{_extras(paper)}        <abstract>{escape(abstract)}</abstract>
    </arXivRaw>
            </metadata>
"""


def _version(paper: Paper, at: int) -> str:
    moment = datetime.fromisoformat(paper.time(at + 1)).astimezone(UTC)
    size = f"<size>{paper.sizes[at]}kb</size>" if at < len(paper.sizes) else ""
    kind = paper.source_types[at] if at < len(paper.source_types) else ""
    if paper.withdrawn and at == len(paper.versions) - 1:
        kind = "I"
    source = f"<source_type>{kind}</source_type>" if kind else ""
    return f"""            <version version="v{at + 1}">
                <date>{format_datetime(moment, usegmt=True)}</date>{size}{source}
            </version>
"""


def _extras(paper: Paper) -> str:
    told = {
        "comments": paper.comment,
        "msc-class": "57M25" if "math.GT" in paper.categories else "",
        "acm-class": "57M25" if "math.GT" in paper.categories else "",  # so arXiv does
        "journal-ref": paper.journal_ref,
        "doi": paper.doi,
        "license": paper.licence,
    }
    return "".join(
        f"            <{tag}>{escape(text)}</{tag}>\n"
        for tag, text in told.items()
        if text
    )


def _byline(authors: Iterable[str | tuple[str, Sequence[str]]]) -> str:
    return ", ".join(
        each if isinstance(each, str) else f"{each[0]} ({', '.join(each[1])})"
        for each in authors
    )


def _name(author: str | tuple[str, Sequence[str]]) -> str:
    return author if isinstance(author, str) else author[0]
