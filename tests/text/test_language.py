import pytest

from kb.text.language import han_share, language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("系统的介绍。", "zh"),
        ("提出FLAN-MoE，普通finetune之后的moe模型打不过dense model", "zh"),
        ("Scaling Transformers to 1,000,000,000 Tokens", "en"),
        ("A note on 墨芯, a maker of chips", "en"),
        ("模型 https://example.org/a-very-long-address/that/is/not/prose", "zh"),
        ("模型 `code_that_is_long_and_not_prose`", "zh"),
        ("模型\n```\nprint('this is code')\n```", "zh"),
        ("模型\n```\nnever closed and long", "zh"),
        ("12345", "en"),
        ("", "en"),
    ],
)
def test_a_fifth_of_han_makes_a_text_chinese(text, expected):
    assert language(text) == expected


def test_the_share_is_of_letters():
    assert han_share("中文ab，。 12") == 0.5
