import pytest

from kb.text.differences import Piece, differences
from kb.text.passages import AROUND, LEFT_OUT, passages

LONG = "这是没有改动的一段话。" * 40


def texts(old, new):
    return [piece.text for piece in passages(differences(old, new))]


def test_only_what_stands_around_a_change_is_left():
    before, gone, new, after = texts(f"{LONG}旧词{LONG}", f"{LONG}新语{LONG}")

    assert before == LEFT_OUT + LONG[-AROUND:]
    assert (gone, new) == ("旧词", "新语")
    assert after == LONG[:AROUND] + LEFT_OUT


def test_between_two_changes_both_ends_are_left():
    change = Piece("new", "新语")

    (_before, between, _after) = passages([change, Piece("same", LONG), change])

    assert between.text == LONG[:AROUND] + LEFT_OUT + LONG[-AROUND:]


def test_a_short_text_is_whole():
    pieces = differences("We show X.", "We show Y.")

    assert passages(pieces) == pieces


def test_what_went_and_what_came_is_always_whole():
    pieces = [Piece("gone", LONG), Piece("new", LONG)]

    assert passages(pieces) == pieces


@pytest.mark.parametrize("text", ["", LONG])
def test_a_text_that_nobody_changed_is_whole(text):
    assert passages([Piece("same", text)]) == [Piece("same", text)]


def test_words_are_not_cut():
    words = "unbreakable " * 100

    before, _new = passages([Piece("same", words), Piece("new", "end")])

    assert set(before.text.split()) == {"…", "unbreakable"}
