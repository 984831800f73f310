"""The HTML that may leave the renderer, whatever a parser did before."""

import re

import nh3

from kb.text.markdown.footnotes import ANCHOR
from kb.text.markdown.links import SCHEMES, is_allowed

_MATHML = {
    "math": {"display"},
    "mi": {"mathvariant"},
    "mo": {
        "accent", "fence", "form", "largeop", "lspace", "maxsize", "minsize",
        "movablelimits", "rspace", "separator", "stretchy", "symmetric",
    },
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "columnlines", "displaystyle", "rowlines"},
    "mtd": {"columnalign"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "menclose": {"notation"},
} | {
    name: set[str]()
    for name in (
        "mn", "mtext", "mrow", "msub", "msup", "msubsup", "munderover",
        "msqrt", "mroot", "mtr", "mpadded", "mphantom",
    )
}  # fmt: skip
_HTML = {
    "a": {"href", "title", "id"},
    "li": {"id"},
    "ol": {"start"},
} | {
    name: set[str]()
    for name in (
        "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "sup", "code",
        "pre", "blockquote", "ul", "table", "thead", "tbody", "tr", "th", "td",
        "section",
    )
}  # fmt: skip
_CLASSES = {
    "a": {"footnote-backref"},
    "code": {"math"},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item"},
    "ol": {"footnotes-list"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "td": {"left", "center", "right"},
    "th": {"left", "center", "right"},
}
_ID = re.compile(r"fn(?:ref)?-[0-9a-f]{8}-[0-9]+(?::[0-9]+)?")

ELEMENTS = frozenset(_HTML | _MATHML)


def _attribute(_: str, name: str, value: str) -> str | None:
    if name == "id" and not _ID.fullmatch(value):
        return None
    return value


def _relative(url: str) -> str | None:
    return url if is_allowed(url) or ANCHOR.fullmatch(url) else None


_CLEANER = nh3.Cleaner(
    tags=set(ELEMENTS),
    attributes=_HTML | _MATHML,
    attribute_filter=_attribute,
    allowed_classes=_CLASSES,
    url_schemes=set(SCHEMES),
    url_relative=_relative,
    link_rel="noopener noreferrer nofollow",
)


def sanitise(html: str) -> str:
    """Return `html` with nothing in it but what the renderer itself makes."""
    return _CLEANER.clean(html)
