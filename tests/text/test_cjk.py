import pytest

from kb.text.cjk import is_wide, joins


@pytest.mark.parametrize("character", "中㐀𠀀々〇，。（）！「」カ\u3000\uff5e")
def test_han_kana_and_full_width_punctuation_are_wide(character):
    assert is_wide(character)


@pytest.mark.parametrize(
    "character", ["a", ",", "é", "한", "“", "…", " ", "-", "�", ""]
)
def test_other_characters_are_not_wide(character):
    assert not is_wide(character)


@pytest.mark.parametrize(
    ("last", "first", "expected"),
    [
        ("中", "文", True),
        ("，", "文", True),
        ("”", "文", True),
        ("文", "“", True),
        ("”", "“", False),
        ("a", "文", False),
        ("文", "a", False),
        ("a", "b", False),
        ("한", "글", False),
    ],
)
def test_lines_join_without_a_space_only_inside_chinese(last, first, expected):
    assert joins(last, first) is expected
