import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.anchors import Anchor, Unquotable, make
from kb.text.anchors.quotes import CONTEXT, LONGEST, WIDEST

TEXT = "用指令微调模型。" + "很长的文字。" * 20


def test_an_anchor_has_the_words_what_is_around_them_and_their_place():
    text = "0123456789" * 4 + "quoted words" + "abcdefghij" * 4

    anchor = make(text, 40, 52)

    assert anchor == Anchor(
        "quoted words",
        prefix="89" + "0123456789" * 3,
        suffix="abcdefghij" * 3 + "ab",
        start=40,
        end=52,
    )


def test_spaces_at_the_ends_are_no_part_of_it():
    assert make("a  b\nc ", 1, 5) == Anchor("b", "a  ", "\nc ", 3, 4)


@pytest.mark.parametrize(
    ("text", "start", "end", "exact"),
    [
        ("cafe\u0301!", 0, 4, "cafe\u0301"),  # an accent
        ("cafe\u0301!", 4, 6, "e\u0301!"),
        ("a👩\u200d🔬b", 2, 3, "👩\u200d🔬"),  # a person and what they do
        ("a👍🏽b", 1, 2, "👍🏽"),  # a tone of skin
        ("a❤\ufe0fb", 1, 2, "❤\ufe0f"),  # how to draw it
        ("🇨🇳🇫🇷", 1, 2, "🇨🇳"),  # flags
        ("🇨🇳🇫🇷", 2, 3, "🇫🇷"),
        ("𠮷野家", 0, 1, "𠮷"),
    ],
)
def test_characters_are_taken_whole(text, start, end, exact):
    assert make(text, start, end).exact == exact


def test_nor_is_a_character_of_the_context_cut():
    text = "e\u0301" * CONTEXT + "xyz"

    assert make(text + "!", len(text) - 3, len(text)).prefix[0] == "e"


@pytest.mark.parametrize("place", [(3, 3), (5, 2), (900, 901), (-5, 0), (4, 5)])
def test_nothing_cannot_be_quoted(place):
    with pytest.raises(Unquotable, match="Select some text"):
        make("abcd efgh", *place)


def test_what_is_too_long_is_not_quoted():
    text = "字" * (LONGEST + 1)

    assert len(make(text, 0, LONGEST).exact) == LONGEST
    with pytest.raises(Unquotable, match="Select at most 2000 characters"):
        make(text, 0, LONGEST + 1)


def test_the_context_grows_where_the_same_words_stand_twice():
    before, after = (
        "alpha beta gamma delta epsilon zeta ",
        " eta theta iota kappa lambda mu",
    )
    text = f"First. {before}two{after}. Then. {before}two{after}. Last."

    start = text.rindex("two")
    anchor = make(text, start, start + 3)

    around = anchor.prefix + anchor.exact + anchor.suffix
    assert len(anchor.prefix) > CONTEXT
    assert text.count(around) == 1


def test_but_not_without_end():
    anchor = make("哈" * 5_000, 2_000, 2_010)

    assert (len(anchor.prefix), len(anchor.suffix)) == (WIDEST, WIDEST)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_it_says_what_the_text_says(text, start, end):
    try:
        anchor = make(text, start, end)
    except Unquotable:
        assert not text[start:end].strip()
        return

    assert text[anchor.start : anchor.end] == anchor.exact
    assert text[: anchor.start].endswith(anchor.prefix)
    assert text[anchor.end :].startswith(anchor.suffix)
