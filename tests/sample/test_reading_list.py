from collections import Counter
from pathlib import Path

import pytest

from kb.readinglist.parser import parse
from kb.text import markdown
from tests.markup import Markup

SAMPLE = Path("kb/sample/reading-list.md")


@pytest.fixture(scope="module")
def entries():
    root = Path(__file__).parents[2]
    return parse((root / SAMPLE).read_text(encoding="utf-8")).entries


def test_the_sample_shows_papers_and_blogs_in_both_languages(entries):
    languages = Counter(entry.summary_language for entry in entries)

    assert Counter(entry.kind for entry in entries) == {"paper": 11, "blog": 4}
    assert languages == {"zh": 11, "en": 2, None: 2}


def test_the_sample_shows_what_a_summary_can_hold(entries):
    shown = [Markup(markdown.render(entry.summary)) for entry in entries]

    assert [problem for markup in shown for problem in markup.problems] == []
    assert [markup.elements.count("math") for markup in shown if markup.text][1] == 4
    assert [link for markup in shown for link in markup.links] == [
        "https://twitter.com/Francis_YAO_/status/1674287552562360329",
        "https://github.com/FranxYao/chain-of-thought-hub",
    ]
    assert sum(markup.elements.count("li") for markup in shown) == 4
