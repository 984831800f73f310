import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.merging import Choice, Kind, Piece, Undecided, merge

TEXTS = st.lists(
    st.sampled_from(
        ["一句话。", "another one. ", "词", "word", " ", "\n", "，", "3.5", "**"]
    ),
    max_size=16,
).map("".join)
BASE = "先做一轮指令微调，结论就反过来。\nThe model beats dense ones.\n最后是讨论。"


def kinds(base: str, mine: str, theirs: str) -> list[Kind]:
    return [piece.kind for piece in merge(base, mine, theirs).pieces]


def changed(*edits: tuple[str, str]) -> str:
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


def test_changes_in_different_places_are_put_together():
    mine = changed(("指令微调", "指令精调"))
    theirs = changed(("beats", "outperforms"), ("讨论", "讨论与展望"))

    merged = merge(BASE, mine, theirs)

    assert merged.conflicts == []
    assert merged.text() == changed(
        ("指令微调", "指令精调"), ("beats", "outperforms"), ("讨论", "讨论与展望")
    )


def test_each_change_can_be_refused_by_itself():
    mine = changed(("指令微调", "指令精调"))
    theirs = changed(("beats", "outperforms"))
    merged = merge(BASE, mine, theirs)

    refused = {
        at: Choice.BASE
        for at, piece in enumerate(merged.pieces)
        if piece.kind is Kind.THEIRS
    }

    assert merged.text(refused) == mine


def test_changes_to_the_same_words_must_be_decided():
    mine, theirs = changed(("beats", "is better than")), changed(("beats", "loses to"))
    merged = merge(BASE, mine, theirs)

    [at] = merged.conflicts

    with pytest.raises(Undecided):
        merged.text()
    assert merged.text({at: Choice.MINE}) == mine
    assert merged.text({at: Choice.THEIRS}) == theirs
    assert merged.text({at: Choice.BASE}) == BASE
    assert "is better thanloses to" in merged.text({at: Choice.BOTH})


def test_words_side_by_side_are_decided_together():
    assert kinds("one two three", "1 two three", "one 2 three") == [
        Kind.CONFLICT,
        Kind.AGREED,
    ]
    assert kinds("甲，乙", "丙，乙", "甲，丁") == [Kind.CONFLICT]
    assert kinds("甲，乙，丙", "丁，乙，丙", "甲，乙，戊") == [
        Kind.MINE,
        Kind.AGREED,
        Kind.THEIRS,
    ]


def test_lines_side_by_side_are_not():
    assert Kind.CONFLICT not in kinds("one\ntwo", "1\ntwo", "one\n2")


def test_what_both_wrote_alike_is_there_once():
    both = changed(("讨论", "讨论与展望"))

    merged = merge(BASE, both, both)

    assert merged.text() == both
    assert {piece.kind for piece in merged.pieces} == {Kind.AGREED, Kind.SAME}


def test_two_who_write_the_first_text_are_asked():
    merged = merge("", "我写的。", "他写的。")

    assert merged.pieces == (Piece("", "我写的。", "他写的。"),)
    assert merged.text({0: Choice.BOTH}) == "我写的。他写的。"


def test_a_formula_is_never_half_of_each():
    base, mine, theirs = "由 $O(N^2 d)$ 降", "由 $O(N^3 d)$ 降", "由 $O(N^2 k)$ 降"

    [conflict] = [
        piece
        for piece in merge(base, mine, theirs).pieces
        if piece.kind is Kind.CONFLICT
    ]

    assert conflict == Piece("$O(N^2 d)$", "$O(N^3 d)$", "$O(N^2 k)$")


@given(TEXTS, TEXTS, TEXTS)
def test_no_text_can_be_lost(base, mine, theirs):
    merged = merge(base, mine, theirs)

    assert merged.all_of(Choice.BASE) == base
    assert merged.all_of(Choice.MINE) == mine
    assert merged.all_of(Choice.THEIRS) == theirs
    assert all(piece.base or piece.mine or piece.theirs for piece in merged.pieces)


@given(TEXTS, TEXTS)
def test_who_changed_nothing_takes_the_other_text(base, text):
    assert merge(base, text, base).text() == text
    assert merge(base, base, text).text() == text
    assert merge(base, text, text).text() == text


@given(TEXTS, TEXTS, TEXTS)
def test_mine_and_theirs_are_alike_in_rank(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)

    assert [(p.base, p.theirs, p.mine) for p in other.pieces] == [
        (p.base, p.mine, p.theirs) for p in one.pieces
    ]


@given(TEXTS, TEXTS, TEXTS)
def test_every_change_of_both_is_in_what_is_put_together(base, mine, theirs):
    merged = merge(base, mine, theirs)

    both = merged.text(dict.fromkeys(merged.conflicts, Choice.BOTH))

    at = 0
    for piece in merged.pieces:
        said = {
            Kind.MINE: piece.mine,
            Kind.CONFLICT: piece.mine + piece.theirs,
        }.get(piece.kind, piece.theirs)
        assert both.startswith(said, at)
        at += len(said)
    assert at == len(both)


def test_the_longest_texts_are_merged():
    base = "我们提出一种新的方法。We test it on text. " * 900
    mine = base.replace("新", "全新", 300)
    theirs = base.replace("text", "code")

    merged = merge(base, mine, theirs)

    assert merged.text() == mine.replace("text", "code")
