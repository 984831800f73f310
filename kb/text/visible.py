"""The text a reader sees of HTML that the renderer made."""

import re
from html import unescape

# After the name of an element: attributes, whose values may hold the closing sign.
_REST = r"""[^<>"]*(?:"[^"]*"[^<>"]*)*>"""

_BLOCK = re.compile(
    r"</?(?:p|br|hr|h[1-6]|pre|blockquote|[ou]l|li|section|table|thead|tbody|t[rdh])\b"
    + _REST
)
_TAG = re.compile("</?[a-z]" + _REST)
# A formula's source, which would say it twice, and the arrow back from a footnote.
_UNSEEN = re.compile(
    rf"<annotation{_REST}.*?</annotation[^>]*>"
    rf'|\s*<a [^<>]*class="footnote-backref"{_REST}[^<]*</a>',
    re.DOTALL,
)


def visible(html: str) -> str:
    r"""Return the text of kept HTML: a line for each block, formulas once.

    >>> visible("<p>大<em>模型</em> &lt; 1</p>\n<ul>\n<li>a</li>\n</ul>")
    '大模型 < 1\na'
    """
    if "<annotation" in html or "footnote-backref" in html:
        html = _UNSEEN.sub("", html)
    text = unescape(_TAG.sub("", _BLOCK.sub("\n", html)))
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))
