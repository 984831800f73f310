import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.matching import matched
from kb.text.tokens import tokens

WORDS = st.lists(st.sampled_from([*"ab好。\n", " ", "word", ". "]), max_size=30)


def kept(old: str, new: str) -> list[str]:
    """Return the texts of the runs that stayed."""
    ours = tokens(old)
    return [
        "".join(ours[run.old : run.old + run.size])
        for run in matched(ours, tokens(new))
    ]


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("", "", []),
        ("a", "", []),
        ("same", "same", ["same"]),
        ("指令微调", "指令精调", ["指令", "调"]),
        ("one two", "one and two", ["one ", "two"]),
        ("Alpha beta gamma.", "Entirely other words.", ["."]),
    ],
)
def test_what_stayed_is_found(old, new, runs):
    assert kept(old, new) == runs


def test_a_word_that_agrees_by_chance_is_no_part_of_what_stayed():
    old = "先说结论。我们训练一个很大的模型来写代码。最后是讨论。"
    new = "先说结论。这里的方法完全不同，它用检索。最后是讨论。"

    assert kept(old, new) == ["先说结论。", "。最后是讨论。"]


def test_sentences_are_matched_before_their_words():
    one, two = "We train a model on text. ", "We test the model on code. "

    assert kept(one + two, two + "We like it. " + one) == [two]


def test_paragraphs_that_both_changed_stay_apart():
    assert "\n" in kept(
        "First words here\nsecond words there", "Other things\nunlike these"
    )


def test_a_sentence_that_came_is_one_from_its_beginning():
    old = "We show this. We show that."
    new = "We show this. We show more. We show that."

    assert kept(old, new) == ["We show this. ", "We show that."]


@given(WORDS, WORDS)
def test_runs_are_the_same_in_both_texts_and_in_order(old, new):
    ours, theirs = tokens("".join(old)), tokens("".join(new))

    runs = matched(ours, theirs)

    place = 0, 0
    for run in runs:
        assert run.size > 0
        assert run.old >= place[0]
        assert run.new >= place[1]
        same = ours[run.old : run.old + run.size]
        assert same == theirs[run.new : run.new + run.size]
        place = run.old + run.size, run.new + run.size


@given(WORDS)
def test_a_text_is_all_in_itself(words):
    text = "".join(words)

    assert "".join(kept(text, text)) == text


@pytest.mark.parametrize("unit", ["a b ", "，好", "x", "word\n", "a. "])
def test_the_longest_texts_are_compared(unit):
    size = 64 * 1024 // len(unit.encode())
    old, new = unit * size, f"{unit}z" * (size // 2)

    runs = matched(tokens(old), tokens(new))

    assert all(run.size for run in runs)
