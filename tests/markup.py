"""What a reader's browser would be given by rendered Markdown."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import urlsplit


def _words(text: str) -> set[str]:
    return set(text.split())


TEXT_ELEMENTS = _words(
    """
    a blockquote br code em h3 h4 h5 h6 hr li ol p pre s section strong sup table
    tbody td th thead tr ul
    """
)
MATH_ELEMENTS = _words(
    """
    math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    """
)
ATTRIBUTES = _words(
    """
    accent accentunder class columnalign columnlines display displaystyle fence form
    href id largeop linethickness lspace mathvariant maxsize minsize movablelimits
    notation rel rowlines rspace scriptlevel separator start stretchy symmetric title
    width
    """
)
CLASSES = _words(
    """
    center footnote-backref footnote-item footnote-ref footnotes footnotes-list
    footnotes-sep left math right
    """
)


class Markup(HTMLParser):
    """The elements, texts and links of a fragment, and what should not be in it."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.problems: list[str] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        if tag not in TEXT_ELEMENTS | MATH_ELEMENTS:
            self.problems.append(f"<{tag}>")
        for name, value in attrs:
            self._check(name, value or "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.problems.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.problems.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.problems.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.problems.append(f"<?{data}>")

    def _check(self, name: str, value: str) -> None:
        wrong = name not in ATTRIBUTES
        if name == "class":
            wrong = not CLASSES.issuperset(value.split())
        if name == "id":
            wrong = not value.startswith("fn")
        if name == "href":
            self.links.append(value)
            wrong = not _leads_somewhere_safe(value)
        if wrong:
            self.problems.append(f"{name}={value!r}")


def _leads_somewhere_safe(href: str) -> bool:
    """Whether a browser, which drops spaces and controls, stays within the rules."""
    seen = "".join(character for character in href if character > " ").lower()
    if seen.startswith("#fn"):
        return True
    if seen.startswith("/"):
        return seen[1:2] not in ("/", "\\")
    return urlsplit(seen).scheme in ("http", "https", "mailto")


def words(page: str) -> str:
    """Return the text of a page; what stands in two elements is two words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
