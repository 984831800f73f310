import signal
from contextlib import contextmanager

import pytest

from kb.text import markdown
from tests.markup import Markup
from tests.pathological import LIMIT, PATHOLOGICAL

PATIENCE = 10  # seconds; a text takes one or two, a runaway one takes minutes


@contextmanager
def alarm():
    def ring(*_):
        pytest.fail(f"not rendered within {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("source", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_no_text_within_the_limit_is_rendered_endlessly(source, caplog):
    assert len(source.encode()) <= LIMIT == markdown.MAX_BYTES

    with alarm():
        html = markdown.render(source)

    assert caplog.records == []  # nothing went wrong on the way
    assert len(html) < 100 * LIMIT


def test_nothing_dangerous_comes_of_depth():
    for name in ("nested links", "nested images", "many references", "braces"):
        assert Markup(markdown.render(PATHOLOGICAL[name])).problems == []


@pytest.mark.parametrize("form", [markdown.render, markdown.plain, markdown.excerpt])
def test_a_longer_text_is_refused_with_a_reason(form):
    form("字" * (LIMIT // 3))

    with pytest.raises(markdown.TooLong, match="65 KB long and at most 64 KB"):
        form("字" * (LIMIT // 3) + "ab")
