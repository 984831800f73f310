import pytest

from kb.search.marks import WIDTH, excerpt, marked
from tests.search.asking import fullwidth
from tests.search.asking import read as asked

FILLER = "nothing of what was asked for stands in these many words "


def shown(text, query, **typing):
    """The text with [brackets] around what is marked."""
    return brackets(marked(text, asked(query), **typing))


def brackets(fragments):
    return "".join(f"[{f.text}]" if f.marked else f.text for f in fragments)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Dilated Attention", "attention", "Dilated [Attention]"),
        ("Scaling models", "scaled model", "[Scaling] [models]"),
        ("大模型的指令微调方法", "指令微调", "大模型的[指令微调]方法"),
        ("大模型的指令微调方法", "模型 方法", "大[模型]的指令微调[方法]"),
        ("大模型微调", "微", "大模型[微]调"),
        ("傳統的強化學習", "强化学习", "傳統的[強化學習]"),
        ("用 GPT-3.5 与 gpt3.5", "gpt3.5", "用 [GPT-3.5] 与 [gpt3.5]"),
        (fullwidth("FLAN-MoE"), "flan-moe", f"[{fullwidth('FLAN-MoE')}]"),
        ("Über Erdős", "erdos uber", "[Über] [Erdős]"),
        ("ﬁne-tuning and ﬁx", "fine", "[ﬁne]-tuning and ﬁx"),
        ("a b a b", "b", "a [b] a [b]"),
        ("moe指令微调", "moe指令", "[moe指令]微调"),
        ("nothing here", "attention", "nothing here"),
        ("", "attention", ""),
        ("attention", "", "attention"),
    ],
)
def test_words_are_marked_as_they_stand_in_the_text(text, query, expected):
    assert shown(text, query) == expected


def test_a_phrase_is_marked_where_it_stands_whole():
    text = "Language of a model; a language model"

    assert shown(text, '"language model"') == "Language of a model; a [language model]"


def test_chinese_is_marked_where_all_of_it_stands():
    assert shown("强化的学习，强化学习", "强化学习") == "强化的学习，[强化学习]"


def test_what_must_not_hold_and_filters_are_not_marked():
    assert shown("moe of attention 2023", "-moe year:2023 kind:paper") == (
        "moe of attention 2023"
    )


def test_every_alternative_is_marked():
    assert shown("moe or gqa", "moe OR gqa") == "[moe] or [gqa]"


def test_what_is_being_typed_marks_words_that_begin_so():
    text = "Transformers transform, no pretransform"

    assert shown(text, "transf", typing=True) == (
        "[Transformers] [transform], no pretransform"
    )
    assert shown(text, "transf") == text


def test_only_the_last_word_may_be_a_beginning():
    assert shown("attending models", "att mod", typing=True) == "attending [models]"


def test_fragments_make_the_text_again():
    text = "ﬃ 大模型微调，Transformer's ́ GPT3.5 №5 ㍿"

    fragments = marked(text, asked("微调 transformer gpt3 5"))

    assert "".join(fragment.text for fragment in fragments) == text


@pytest.mark.parametrize("long", [0, 50])
def test_an_excerpt_has_the_part_with_most_of_what_was_asked_for(long):
    text = (
        f"attention at first. {FILLER * 8}And then sparse attention for routing, "
        f"the end. {FILLER * long}"
    )

    found = excerpt(text, asked("attention sparse routing"))

    assert "[sparse] [attention] for [routing]" in brackets(found.fragments)
    assert found.before
    assert found.after == bool(long)


def test_an_excerpt_is_about_as_wide_as_asked_and_cuts_no_word():
    text = f"{FILLER * 9}attention {FILLER * 9}"

    found = excerpt(text, asked("attention"))

    part = "".join(fragment.text for fragment in found.fragments)
    assert WIDTH - 20 <= len(part) <= WIDTH + 20
    assert set(part.split()) <= set(text.split())
    assert (found.before, found.after) == (True, True)


def test_an_excerpt_of_chinese_is_as_wide():
    text = "这里没有要找的内容" * 60 + "稀疏注意力" + "这里没有要找的内容" * 60

    found = excerpt(text, asked("稀疏注意力"))

    assert "[稀疏注意力]" in brackets(found.fragments)
    assert len("".join(f.text for f in found.fragments)) <= WIDTH + 2


def test_a_short_text_is_its_own_excerpt():
    found = excerpt("A sparse attention.", asked("attention"))

    assert brackets(found.fragments) == "A sparse [attention]."
    assert (found.before, found.after) == (False, False)


def test_a_long_text_without_what_was_asked_for_has_no_excerpt():
    assert excerpt(FILLER * 30, asked("attention")) is None
    assert excerpt(FILLER * 30, asked("-attention")) is None
    assert excerpt("", asked("attention")) is None


@pytest.mark.parametrize(
    ("word", "query"),
    [
        ("dying", "die"),
        ("studies", "study"),
        ("GPT3.5", "3.5"),
        ("ﬃciency", "fficiency"),
    ],
)
def test_a_word_far_down_is_found_however_it_is_spelt(word, query):
    text = f"{FILLER * 40}{word} {FILLER * 40}"

    assert f"{word[-3:]}]" in brackets(excerpt(text, asked(query)).fragments)


def test_a_part_of_a_longer_word_hides_no_real_one():
    text = f"{'partial ' * 300}art {FILLER * 5}"

    assert "[art]" in brackets(excerpt(text, asked("art")).fragments)


def test_a_word_wider_than_the_excerpt_is_shown_whole():
    word = "a" * 300

    found = excerpt(f"{FILLER * 10}{word} {FILLER * 10}", asked(word))

    assert f"[{word}]" in brackets(found.fragments)
