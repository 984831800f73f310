from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.deciding import combined, parts
from kb.text.merging import Choice, Kind

WORDS = st.lists(st.sampled_from(["大", "模", "型", "word", " ", "，", "\n", "- a\n"]))
TEXTS = WORDS.map("".join)


@given(TEXTS, TEXTS, TEXTS)
def test_either_text_is_had_whole_by_choosing_it(base, mine, theirs):
    some = parts(base, mine, theirs)

    for choice, text in ((Choice.MINE, mine), (Choice.THEIRS, theirs)):
        assert combined(some, {part.at: choice for part in some}) == text


@given(TEXTS, TEXTS, TEXTS)
def test_until_somebody_decides_no_change_is_lost(base, mine, theirs):
    text = combined(parts(base, mine, theirs), {})

    for part in parts(base, mine, theirs):
        if part.piece.kind in (Kind.MINE, Kind.CONFLICT):
            assert part.piece.mine in text
        if part.piece.kind in (Kind.THEIRS, Kind.CONFLICT):
            assert part.piece.theirs in text


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        ("我的", "他的", "我的\n\n他的"),
        ("- 我", "- 他", "- 我\n- 他"),
        ("1. 我", "2) 他", "1. 我\n2) 他"),
        ("# 一\n", "二", "# 一\n二"),
        ("", "二", "二"),
    ],
)
def test_two_whole_texts_are_kept_apart_as_lines(mine, theirs, both):
    assert combined(parts("", mine, theirs), {}) == both


@pytest.mark.parametrize(
    ("mine", "theirs", "both"), [("big", "huge", "big huge"), ("大", "巨", "大巨")]
)
def test_words_within_a_line_are_kept_apart_as_words(mine, theirs, both):
    text = f"a {mine} model", f"a {theirs} model"

    assert combined(parts("a x model", *text), {}) == f"a {both} model"


def test_a_change_can_be_left_out():
    some = parts("a b c d e", "x b c d e", "a b c d y")
    changed = [part.at for part in some if not part.decided]

    told = {
        pair: combined(some, dict(zip(changed, pair, strict=True)))
        for pair in product((Choice.MINE, Choice.THEIRS), repeat=2)
    }

    assert set(told.values()) == {
        "x b c d e",
        "x b c d y",
        "a b c d e",
        "a b c d y",
    }
