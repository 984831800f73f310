import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.titles import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LLM: A Survey", "llm  a survey"),
        ("复杂推理：大语言模型的北极星能力", "复杂推理:大语言模型的北极星能力"),
        ("“Attention” isn\u2019t all", '"Attention" isn\'t all'),
        ("`Code` Llama", "Code Llama"),
        ("\uff27\uff30\uff34-\uff14", "GPT-4"),
        ("⼈⼯智能", "人工智能"),
        ("Straße", "STRASSE"),
        ("Cafe\u0301", "Café"),
    ],
)
def test_typing_habits_do_not_make_another_title(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C", "C++"), ("GPT-3", "GPT-4"), ("!", "?")]
)
def test_different_titles_stay_different(one, other):
    assert fold(one) != fold(other)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_a_folded_title_is_its_own_form(title):
    folded = fold(f"A {title}")

    assert fold(folded) == folded


def test_a_title_of_punctuation_is_not_lost():
    assert fold(" ?! ") == "?!"
