import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.slugs import MAX_LENGTH, slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Data/pretrain", "data-pretrain"),
        ("long context", "long-context"),
        ("新硬件", "新硬件"),
        ("C++ & Ünïcode_x", "c-ünïcode-x"),
        ("\uff2c\uff2c\uff2d", "llm"),
        ("???", "topic"),
        ("", "topic"),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_a_slug_keeps_letters_and_joins_words(name, expected):
    assert slug(name) == expected


@given(st.text())
def test_a_slug_is_short_and_never_empty(name):
    assert 0 < len(slug(name)) <= MAX_LENGTH
