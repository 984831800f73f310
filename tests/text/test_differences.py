import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.differences import differences, tokens

KEPT = 64 * 1024  # characters of the longest text that is compared

# Few letters, so that texts have much in common; with all that is kept together.
SCRAPS = st.sampled_from(
    [
        *"ab的是。，. -\n\t",
        "\r\n",
        "word",
        "3.5",
        "1,000",
        "e\u0301",
        "👍\ufe0f",
        "模型",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(SCRAPS, max_size=60).map("".join))


def compared(old, new):
    """The differences, as people mark them in plain text."""
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[kind].format(text) for kind, text in differences(old, new))


def joined(pieces, without):
    return "".join(text for kind, text in pieces if kind != without)


@given(TEXTS, TEXTS)
def test_both_texts_are_in_the_pieces(old, new):
    pieces = differences(old, new)

    assert joined(pieces, "new") == old
    assert joined(pieces, "gone") == new
    assert all(text for _kind, text in pieces)


@given(TEXTS)
def test_the_same_text_is_one_piece(text):
    assert differences(text, text) == ([("same", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "all new", "[+all new+]"),
        ("all gone", "", "[-all gone-]"),
        ("one two three", "one 2 three", "one [-two-][+2+] three"),
        ("GPT-3.5 wins", "GPT-4.5 wins", "GPT-[-3.5-][+4.5+] wins"),
        ("1,000 papers", "10,000 papers", "[-1,000-][+10,000+] papers"),
        ("指令微调大模型", "指令精调大模型", "指令[-微-][+精+]调大模型"),
        ("提出一种方法", "提出一种新的方法", "提出一种[+新的+]方法"),
        ("用 LLaMA 微调", "用 Qwen 微调", "用 [-LLaMA-][+Qwen+] 微调"),
        ("a  b", "a b", "a[-  -][+ +]b"),
    ],
)
def test_what_changed_is_told_by_words_numbers_and_characters(old, new, told):
    assert compared(old, new) == told


def test_a_word_that_stayed_inside_what_was_rewritten_is_not_kept_apart():
    old = "Scaling Finetuned Mixture of Experts"
    new = "Winning Combination of Models"

    assert compared(old, new) == f"[-{old}-][+{new}+]"


def test_many_words_that_stayed_are_kept_apart():
    stays = " stays as it was through every version "

    told = compared(
        f"First words of the old text{stays}and the old end of this text",
        f"Something else entirely here{stays}but another close follows now",
    )

    assert stays.strip() in told
    assert told.index("-]") < told.index(stays.strip()) < told.rindex("[-")


def test_each_paragraph_is_told_by_itself():
    told = compared("old first\n\nold second", "new one\n\nnew other")

    assert told == "[-old first-][+new one+]\n\n[-old second-][+new other+]"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "We propose X. We show Y.",
            "We propose X. We try Z. We show Y.",
            "We propose X. [+We try Z. +]We show Y.",
        ),
        (
            "我们提出方法。我们证明它。",
            "我们提出方法。我们测量它。我们证明它。",
            "我们提出方法。[+我们测量它。+]我们证明它。",
        ),
        ("We try Z. We show Y.", "We show Y.", "[-We try Z. -]We show Y."),
    ],
)
def test_a_sentence_that_came_or_went_is_told_from_its_beginning(old, new, told):
    assert compared(old, new) == told


def test_marks_stay_on_their_letters():
    assert tokens("cafe\u0301 👍\ufe0f") == ["cafe\u0301", " ", "👍\ufe0f"]


def test_a_passage_kept_in_a_long_text_is_found():
    kept = "膨胀注意力把序列长度扩展到十亿词元，而代价只随长度线性增长。"
    old = "".join(f"第 {n} 段旧话，说 {n * 7} 件事。" for n in range(2000))
    new = "".join(f"Paragraph {n} is new and says {n * 3}. " for n in range(1500))

    pieces = differences(f"{old[:9000]}{kept}{old[9000:]}", f"{new}{kept}The end")

    assert ("same", kept) in pieces


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * (KEPT // 4), "b a a " * (KEPT // 6)),
        ("的是" * (KEPT // 2), "是的的" * (KEPT // 3)),
        ("的" * KEPT, "是" * KEPT),
        ("\n" * KEPT, " \n" * (KEPT // 2)),
        (
            " ".join(f"w{n * 7919 % 9973}" for n in range(9973)),
            " ".join(f"w{n * 104729 % 9973}" for n in range(9973)),
        ),
    ],
    ids=["two words", "two characters", "nothing", "lines", "shuffled"],
)
def test_long_texts_come_to_an_end(old, new):
    pieces = differences(old, new)

    assert joined(pieces, "new") == old
    assert joined(pieces, "gone") == new
