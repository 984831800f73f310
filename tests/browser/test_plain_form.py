"""The browser counts a text as the server does, whatever is in it."""

from pathlib import Path

import pytest

from kb.text.anchors import Span, painted, plain
from kb.text.markdown import render
from tests import drafts, pathological
from tests.text.anchors.documents import DOCUMENT

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "plain-form.js"
LOAD = """async (source) => {
  const script = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.counted = await import(script);
}"""
SELECT = """([html, from, to]) => {
  document.body.innerHTML = html;
  const nodes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const range = document.createRange();
  range.selectNodeContents(document.body);
  const has = (text) => nodes.find((node) => node.data.includes(text));
  if (from) range.setStart(has(from), has(from).data.indexOf(from));
  if (to) range.setEnd(has(to), has(to).data.indexOf(to) + to.length);
  return counted.places(document.body, range);
}"""


@pytest.fixture
def places(chromium):
    """Select from one text to another in a document; give the places."""
    page = chromium.new_page()
    page.evaluate(LOAD, SCRIPT.read_text())
    yield lambda html, start="", end="": page.evaluate(SELECT, [html, start, end])
    page.close()


def test_all_of_any_text_is_as_long_in_the_browser(places):
    sources = [*drafts.summaries(), DOCUMENT]
    sources += [source[:2_000] for source in pathological.PATHOLOGICAL.values()]
    rendered = [render(source) for source in sources]
    marked = [
        painted(html, [Span(1, 9, 1, "key"), Span(4, 50, 2)]) for html in rendered
    ]

    counted = [places(html) for html in [*rendered, *marked]]

    expected = [[0, len(plain(html))] if plain(html) else None for html in rendered]
    assert counted == expected * 2


@pytest.mark.parametrize(
    ("start", "end", "quoted"),
    [
        ("指令", "微调", "指令微调"),  # across bold
        (
            "令",
            "next",
            "令微调，E=mc2 next",
        ),  # across a formula and a footnote's number
        ("m", "c", "E=mc2"),  # in a formula
        ("😀", "𠮷", "😀𠮷"),  # which a browser counts as two each
        ("a < b", "二", "a < b\n二"),  # across list items
        ("  next", "", None),
    ],
)
def test_a_selection_is_where_the_server_has_its_words(places, start, end, quoted):
    html = render(DOCUMENT)

    first, last = places(html, start, end)

    text = plain(html)
    assert text[first:last] == (quoted or text[text.index("next\nh1") :])


def test_a_selection_without_text_is_nowhere(places):
    assert places("<p> </p><ul>\n</ul>") is None
