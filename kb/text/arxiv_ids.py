"""arXiv identifiers: every way people write them, and one way to keep them.

Grammar: https://info.arxiv.org/help/arxiv_identifier.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.text.remembering import remembering

# The archives that gave out identifiers before April 2007.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|"
    "cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|"
    "math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|"
    "quant-ph|solv-int|supr-con"
)
_ARCHIVE_OF = {name.replace("-", ""): name for name in _ARCHIVES.split("|")}

# Hyphens may be doubled or missing; the subject class (`.GT`) is not kept.
_ARCHIVE = _ARCHIVES.replace("-", "-*")
_IDENTIFIER = rf"""
    (?: (?P<month>[0-9]{{4}}) \. (?P<number>[0-9]{{4,5}})
      | (?P<archive>{_ARCHIVE}) (?: \.[a-z-]{{2,9}} )? (?: /papers/[0-9]{{4}} )?
        / (?P<old_month>[0-9]{{4}}) (?P<old_number>[0-9]{{3}})
    ) (?![0-9]) (?: v (?P<version>[0-9]{{1,3}}) (?![0-9]) )?
"""
_SITES = r"""
    (?: arxiv\.org | ar5iv\.org | alphaxiv\.org | papers\.cool/arxiv | hjfy\.top/arxiv
      | (?: huggingface | hf )\.co/papers | semanticscholar\.org/arxiv )
"""
# The path is bounded so that a long line of addresses costs linear time.
_PATH = r"""[^\s<>"'()\[\]|\u00a0\u3000，。；、：（）【】《》！？]{0,90}?"""
_MENTION = rf"""
    (?: {_SITES} (?: :[0-9]+ )? / {_PATH} (?<![0-9a-z.-])
      | arxiv (?: \.org )? \s? [:：] \s{{0,4}} (?: (?:abs|pdf)/ )?
      | 10\.48550 (?: / | %2F ) arxiv\.
    ) {_IDENTIFIER}
"""
_LEAD = r"""
    [<(\[]* (?: oai: | doi:\s? )? (?: https?:/+ )? (?: (?:dx\.)?doi\.org/ )?
    (?: web\.archive\.org/web/[^/\s]*/ (?: https?:/+ )? )?
    (?: [a-z0-9-]+\. ){0,3}
"""
_SUBJECT = r"(?: \s* \[ [a-z.-]+ \] )?"
_FLAGS = re.VERBOSE | re.IGNORECASE | re.ASCII

_ANYWHERE = re.compile(rf"(?<![a-z0-9_-]) {_MENTION}", _FLAGS)
_WHOLE = re.compile(rf"{_LEAD} {_MENTION} \S* {_SUBJECT}", _FLAGS)
_BARE = re.compile(rf"{_IDENTIFIER} (?: \.pdf )? {_SUBJECT}", _FLAGS)
# Any other site: readers of arXiv end their addresses with the id. A host that only
# looks like arXiv's is none of them.
_MIRROR = re.compile(
    rf"""
    https?:// (?! [^/\s]* (?: arxiv | @ ) ) [^/\s]+ / (?: [^\s?\#]* / )?
    (?=[0-9]) {_IDENTIFIER} (?: \.pdf )? /? (?: [?\#] \S* )?
    """,
    _FLAGS,
)


@dataclass(frozen=True)
class ArxivRef:
    """One arXiv paper, and the version that was asked for, if any."""

    id: str
    version: int | None = None

    @property
    def abs_url(self) -> str:
        """The abstract page of the newest version."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """The PDF of the newest version."""
        return f"https://arxiv.org/pdf/{self.id}"


@dataclass(frozen=True)
class Mention:
    """Where in a text a paper is named; `end` is just after the identifier."""

    start: int
    end: int
    ref: ArxivRef


@remembering(16384)  # a list is asked about each address several times
def parse(text: str) -> ArxivRef | None:
    """Return the paper that `text` as a whole names, or None.

    >>> parse("https://arxiv.org/abs/math.GT/0309136v2")
    ArxivRef(id='math/0309136', version=2)
    """
    written = text.strip()
    forms = (_BARE, _WHOLE, _MIRROR)
    match = next(filter(None, (form.fullmatch(written) for form in forms)), None)
    return _reference(match) if match else None


def find_all(text: str) -> list[ArxivRef]:
    """Return the papers named in running text, in order, repetitions included.

    A bare number counts only after an arXiv address, `arXiv:` or arXiv's DOI.
    """
    return [mention.ref for mention in mentions(text)]


def mentions(text: str) -> Iterator[Mention]:
    """Yield the papers that `find_all` finds, with their offsets."""
    lowered = text.lower()
    if "xiv" not in lowered and "/papers" not in lowered:
        return  # every form has one of them, and most texts have neither
    for match in _ANYWHERE.finditer(text):
        if ref := _reference(match):
            yield Mention(match.start(), match.end(), ref)


def _reference(match: re.Match[str]) -> ArxivRef | None:
    version = int(match["version"]) if match["version"] else None
    identifier = _old(match) if match["archive"] else _new(match)
    return None if identifier is None or version == 0 else ArxivRef(identifier, version)


def _new(match: re.Match[str]) -> str | None:
    month, number = match["month"], match["number"]
    digits = 4 if month < "1501" else 5
    known = "0704" <= month < "9101" and _is_month(month)
    if not known or len(number) != digits or not int(number):
        return None
    return f"{month}.{number}"


def _old(match: re.Match[str]) -> str | None:
    month, number = match["old_month"], match["old_number"]
    known = (month >= "9107" or month <= "0703") and _is_month(month)
    if not known or not int(number):
        return None
    archive = _ARCHIVE_OF[match["archive"].lower().replace("-", "")]
    return f"{archive}/{month}{number}"


def _is_month(month: str) -> bool:
    return "01" <= month[2:] <= "12"
