import pytest

from kb.text.anchors import Anchor, find, make

TEXT = (
    "We train a sparse model on instructions. The model beats dense ones.\n"
    "先做一轮指令微调，结论就反过来，而且 MoE 的获益比稠密模型更大。\n"
    "The model beats dense ones in four of five tasks."
)


def anchor(words: str, text: str = TEXT, which: int = 0) -> Anchor:
    start = -1
    for _ in range(which + 1):
        start = text.index(words, start + 1)
    return make(text, start, start + len(words))


def found(one: Anchor, text: str) -> str | None:
    place = find(one, text)
    return text[place.start : place.end] if place else None


@pytest.mark.parametrize(
    "words", ["指令微调", "sparse model", "The model", "T", "更大。\nThe"]
)
def test_words_are_found_where_they_were(words):
    one = anchor(words)

    assert find(one, TEXT) == (one.start, one.end, 1.0)


def test_they_are_found_after_what_was_written_before_them():
    text = "An introduction, quite long. " + TEXT

    place = find(anchor("指令微调"), text)

    assert text[place.start : place.end] == "指令微调"
    assert place.score == 1


@pytest.mark.parametrize("which", [0, 1])
def test_of_the_same_words_in_two_places_the_context_tells(which):
    one = anchor("The model beats dense ones", which=which)
    text = "New words in front. " + TEXT

    assert find(one, text).start == one.start + 20


def test_words_whose_place_has_gone_are_not_found_in_another():
    one = anchor("The model beats dense ones")
    left = TEXT.replace(" The model beats dense ones", "", 1)

    assert "The model beats dense ones" in left
    assert find(one, left) is None


def test_a_word_of_a_sentence_that_was_rewritten_is_not_found_in_it():
    one = anchor("model")
    text = TEXT.replace("We train a sparse model on instructions", "One model is built")

    assert find(one, text) is None


def test_words_that_agree_alike_are_taken_only_where_they_were():
    text = "\n".join(["同一句话，一字不差。"] * 200)
    one = make(text, 11 * 90, 11 * 90 + 4)

    assert find(one, text).start == one.start
    assert find(one, "前言。" + text) is None
    assert find(one, "前言。" + text, hint=one.start + 3).start == one.start + 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("结论就反过来", "结论则完全反过来"),
        ("MoE 的获益", "MoE的获益"),
        ("稠密模型", "稠密的模型"),
    ],
)
def test_a_long_quotation_is_known_with_some_words_changed(old, new):
    one = anchor("先做一轮指令微调，结论就反过来，而且 MoE 的获益比稠密模型更大")
    text = "前言。" + TEXT.replace(old, new)

    assert found(one, text) == one.exact.replace(old, new)


def test_case_width_and_radicals_do_not_matter():
    one = Anchor("⻓⽂本 \uff4d\uff4f\uff44\uff45\uff4c", "处理", "很难", 0, 9)

    assert found(one, "如何处理长文本 Model很难说") == "长文本 Model"


def test_a_task_that_was_ticked_is_the_same_task():
    one = anchor("☐ read it", "☐ read it\n☐ write")

    assert found(one, "☑ read it\n☐ write") == "☑ read it"


def test_spaces_of_other_programs_do_not_matter():
    one = Anchor("instructions. The\n\n  model", "sparse\nmodel on ", " beats", 0, 1)

    assert found(one, TEXT) == "instructions. The model"


def test_a_quotation_alone_is_found_where_it_stands_once():
    assert found(Anchor("指令微调", "", "", 0, 4), TEXT) == "指令微调"
    assert find(Anchor("The model", "", "", 0, 9), TEXT) is None
    assert find(Anchor("", "", "", 0, 0), TEXT) is None
    assert find(Anchor("指令", "", "", 0, 2), "") is None


def test_words_that_stand_everywhere_are_looked_at_near_their_place():
    text = "的" * 30_000 + "好的事" + "的" * 30_000
    one = make(text, 30_001, 30_002)

    assert find(one, text).start == 30_001
