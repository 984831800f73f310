"""Where and when a paper appeared and who wrote it, as a list says beside its title."""

import re
from typing import NamedTuple

_NAMES = """
AAAI AACL ACL ACM AISTATS ALT APSEC ASE ASPLOS ASRU BMVC CACM CAV CCS CHI CIKM CLeaR
COLING COLM COLT CoLLAs CoNLL CoRL CSCW CVPR DAC DSN EACL ECAI ECCV ECIR ECML EMNLP
EuroSys FAccT FAST FOCS FSE HPCA ICASSP ICCV ICDE ICDM ICLR ICML ICMR ICPR ICRA ICSE
IJCAI IJCNN IJCV Interspeech INTERSPEECH IROS ISCA ISSTA IUI JAIR JMLR KDD LREC MICCAI
MICRO MLSys MM NAACL NDSS NeurIPS NIPS NSDI OOPSLA OSDI PAMI PLDI PMLR POPL PPoPP RecSys
RSS SC SIGCOMM SIGGRAPH SIGIR SIGMOD SOSP STOC TACL TIP TKDE TMLR TNNLS TOIS TPAMI UAI
UIST USENIX VLDB WACV WSDM WWW
"""
_NAMED = "|".join(sorted(_NAMES.split(), key=len, reverse=True))
_SHORT_YEAR = r"(?:19|20)\d\d|['\u2019]?\d\d(?!\d)"
_VENUE = re.compile(
    rf"""(?<![\w/.]) (?P<venue>
        (?: Findings\ of\ | Findings\ )? (?: {_NAMED} ) (?![\w])
        (?: [ \t'\u2019-]* (?: {_SHORT_YEAR} ) )?
        (?: [ \t]+ (?: Findings | Workshop | Oral | Spotlight | Main ) )?
      | (?: [aA]r[xX]iv | [pP]reprint | bioRxiv | medRxiv
          | Nature | Science | OpenReview )
        (?: [ \t]+ (?: Communications | Medicine ) )? (?! [\w:/] | \.\w )
        (?: [ \t'\u2019-]* (?: {_SHORT_YEAR} ) )? )""",
    re.VERBOSE,
)
_YEAR = re.compile(r"(?<![\d/-])(?:19[89]|20[0-4])\d(?!\d)")
_MONTH = re.compile(r"(?<![\w])(?:0?[1-9]|1[0-2])(?![\w])")
_SHORT = re.compile(
    r"(?<=[a-zA-Z][-'\u2019])\d\d(?!\d)|(?<=[a-zA-Z] ['\u2019])\d\d(?!\d)"
)
_AUTHORS = re.compile(
    r"(?<![*_\w])(?P<mark>[*_])(?![*_\s])(?P<names>[^*_\n]{4,1000})(?P=mark)(?![*_\w])"
)
_LISTED = re.compile(r"^[ \t]*[-*+][ \t]+(?P<names>[^\n:*_\[]{4,2000})$", re.MULTILINE)
_BETWEEN = re.compile(r"\s*[,，、;；]\s*|\s+(?:and|&)\s+")
_LAST = re.compile(r"\A(?:and|&)\s+")
_OTHERS = re.compile(r",?\s*(?:\bet\.?\s*al\.?|等)?[\s.。]*\Z", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d][^\d/:@#]{1,60}")
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w.'\u2019-]*(?: [\w.'\u2019-]+){1,4}")
_WORDS_OF_A_NAME = 5


class Facts(NamedTuple):
    """What stands beside a title; "" and None where nothing does."""

    venue: str = ""
    year: int | None = None
    authors: tuple[str, ...] = ()


def facts(text: str) -> Facts:
    """Return what Markdown beside a title says; links and the title are cut out.

    >>> facts("_Ann Li, Bo Wu._ ICML 2023.")
    Facts(venue='ICML 2023', year=2023, authors=('Ann Li', 'Bo Wu'))
    """
    names, rest = authors_in(text), _AUTHORS.sub(" ", text)
    match = _VENUE.search(rest)
    venue = match["venue"] if match else ""
    return Facts(venue, year(venue) or year(text), names)


def without(text: str) -> str:
    """Return what is left of a text when that is taken out of it."""
    for match in _AUTHORS.finditer(text):
        if authors(match["names"]):
            text = text.replace(match[0], " ")
    for match in _LISTED.finditer(text):
        if _line_of_names(match):
            text = text.replace(match[0], " ")
    return _MONTH.sub(" ", _YEAR.sub(" ", _VENUE.sub(" ", text)))


def without_lead(text: str) -> str:
    """Return a title without the venue and year that stand before it.

    >>> without_lead("CVPR'24 Universal Domain Adaptation")
    'Universal Domain Adaptation'
    """
    match = _VENUE.match(text)
    if match is None or year(match["venue"]) is None:
        return text
    return text[match.end() :].lstrip(" :：,，-") or text


def year(text: str) -> int | None:
    """Return the year a text names, also in two digits after a venue."""
    if found := _YEAR.search(text):
        return int(found[0])
    if found := _SHORT.search(text):
        short = int(found[0])
        return 2000 + short if short < 60 else 1900 + short  # noqa: PLR2004
    return None


def authors_in(text: str) -> tuple[str, ...]:
    """Return the authors whom a text lists in italics, or as a line of names."""
    for match in _AUTHORS.finditer(text):
        several = _BETWEEN.search(match["names"]) or _OTHERS.search(match["names"])
        if several and (names := authors(match["names"])):
            return names
    lines = (_line_of_names(match) for match in _LISTED.finditer(text))
    return next(filter(None, lines), ())


def _line_of_names(match: re.Match[str]) -> tuple[str, ...]:
    """Return the names of a line that holds full names, and nothing else."""
    names = authors(match["names"])
    full = all(_FULL_NAME.fullmatch(name) for name in names)
    return names if len(names) > 1 and full else ()


def authors(text: str) -> tuple[str, ...]:
    """Return the names of a list of names, none where it is something else."""
    listed = _OTHERS.sub("", " ".join(text.split()))
    names = [_LAST.sub("", name).strip(" .") for name in _BETWEEN.split(listed)]
    names = [name for name in names if name]
    return tuple(names) if names and all(map(_is_name, names)) else ()


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and len(text.split()) <= _WORDS_OF_A_NAME
