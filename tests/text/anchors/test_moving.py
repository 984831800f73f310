import pytest

from kb.text.anchors import Edit, make, moved
from tests import drafts
from tests.bench.anchors import measure

ONE = "先做一轮指令微调，结论就反过来，而且 MoE 的获益比稠密模型更大。"
TWO = "We train a sparse model on instructions, and measure what it knows."
THREE = "FLAN-MoE 只用约三分之一的计算量，就在四项基准上超过了 FLAN-PaLM。"
TEXT = f"{ONE}\n{TWO}\n{THREE}"


def after(words: str, new: str, old: str = TEXT) -> str | None:
    """Quote words of a text; return what is quoted after the edit."""
    start = old.index(words)
    anchor = moved(make(old, start, start + len(words)), old, new)
    if anchor is None:
        return None
    assert new[anchor.start : anchor.end] == anchor.exact
    return anchor.exact


@pytest.mark.parametrize(
    "words", ["指令微调", "sparse model", TWO, f"{ONE}\n{TWO}"[9:], "一"]
)
@pytest.mark.parametrize(
    "new",
    [
        TEXT,
        f"新写的一段话，放在最前面。\n{TEXT}",
        f"{TEXT}\n新写的一段话，放在最后面。",
        TEXT.replace("指令微调，", "指令微调（很短的一轮），"),
        TEXT.replace("计算量", "全部计算量"),
        TEXT.replace("。\nFLAN", "，见下。\nFLAN"),
    ],
)
def test_words_that_stay_keep_their_anchor(words, new):
    assert after(words, new) == words


@pytest.mark.parametrize("words", ["指令微调", ONE, "MoE 的获益比稠密模型更大"])
def test_words_go_with_their_paragraph(words):
    assert after(words, f"{TWO}\n{THREE}\n{ONE}") == words


def test_a_sentence_that_stands_elsewhere_too_is_not_mistaken_for_it():
    old = f"{ONE}\n{TWO}\n总之，{ONE}"
    start = old.index(ONE)
    edit = Edit(old, f"{TWO}\n总之，{ONE}")

    first = edit.moved(make(old, start, start + len(ONE)))
    last = edit.moved(make(old, old.rindex(ONE), len(old)))

    assert first is None
    assert last.exact == ONE


def test_nor_is_a_copy_that_was_written_before_it():
    new = f"{ONE[:-1]}，是这样的。\n{THREE}\n\n{TEXT}"
    start = TEXT.index("指令微调")

    anchor = moved(make(TEXT, start, start + 4), TEXT, new)

    assert anchor.start == new.rindex("指令微调")


@pytest.mark.parametrize(
    "new",
    [
        f"{TWO}\n{THREE}",  # deleted
        f"另一句话，说的是指令微调之外的事。\n{TWO}\n{THREE}",  # written anew
        "",
        "全都不同了。",
    ],
)
def test_words_that_were_deleted_leave_an_orphan(new):
    assert after("指令微调，结论就反过来", new) is None


def test_a_word_in_a_sentence_written_anew_is_another_word():
    new = TEXT.replace(TWO, "Here is some other model, which nobody has seen so far.")

    assert after("model", new) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sparse model", "very sparse model"),
        ("measure what", "then measure what"),
        ("instructions", "many instructions"),
        ("We train", "We now train"),
    ],
)
def test_a_quotation_takes_what_is_written_into_it(old, new):
    assert after(TWO, TEXT.replace(old, new)) == TWO.replace(old, new)


def test_what_was_cut_off_a_quotation_is_left():
    words = f"{ONE}\nWe train"
    new = f"{ONE}\n{'中间插入的一整段话，和前后都没有关系。' * 3}\n{TWO}\n{THREE}"

    assert after(words, new) == ONE


def test_a_sentence_that_was_moved_and_edited_is_known_again():
    edited = THREE.replace("三分之一", "四分之一")
    new = f"{edited}\n{ONE}\n{TWO}"

    assert after(THREE, new) == edited


def test_an_orphan_comes_back_with_its_words():
    start = TEXT.index(THREE)
    orphan = make(TEXT, start, start + len(THREE))
    without = f"{ONE}\n{TWO}"

    assert moved(orphan, TEXT, without) is None
    assert moved(orphan, without, f"{without} {TWO}") is None
    assert moved(orphan, without, TEXT).exact == THREE


def test_a_text_of_one_word_keeps_it():
    assert after("大模型", "大模型很好", old="大模型") == "大模型"
    assert after("大模型", "小模型", old="大模型") is None


def test_an_emoji_keeps_its_anchor():
    assert after("👍", "新。" + TEXT + "👍。", old=TEXT + "👍。") == "👍"


def test_random_edits_of_summaries_lose_little_and_mistake_nothing():
    figures = measure(drafts.summaries(), 120).figures()

    assert figures["survived"] > 1_000
    assert figures["gone"] > 50
    assert figures["refound_share"] >= 0.97
    assert figures["wrong"] == 0
    assert figures["accounted_share"] == 1
