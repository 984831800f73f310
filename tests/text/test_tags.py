import pytest

from kb.text.tags import usable


@pytest.mark.parametrize("tag", ["moe", "长文本", "c++", "GPT 3.5", "x" * 100])
def test_words_are_tags(tag):
    assert usable(tag)


@pytest.mark.parametrize("tag", ["", "🔥", "__", "--", "x" * 101, "ﷺ" * 50])
def test_what_has_no_address_or_a_boundless_one_is_no_tag(tag):
    assert not usable(tag)
