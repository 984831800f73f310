import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.tokens import tokens, weight


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("指令微调", ["指", "令", "微", "调"]),
        ("用FLANv2，GPT-3.5", ["用", "FLANv", "2", "，", "GPT", "-", "3.5"]),
        ("don't stop", ["don't", " ", "stop"]),
        ("a  b\n\nc", ["a", "  ", "b", "\n", "\n", "c"]),
        ("cafe\u0301s", ["cafe\u0301s"]),
        ("1,000,000 tokens", ["1,000,000", " ", "tokens"]),
        ("**重**", ["*", "*", "重", "*", "*"]),
        (
            "see https://a.example/x?y=1，然后",
            ["see", " ", "https://a.example/x?y=1", "，", "然", "后"],
        ),
        ("（https://a.example/x）", ["（", "https://a.example/x", "）"]),
        ("由 $O(N^2 d)$ 降", ["由", " ", "$O(N^2 d)$", " ", "降"]),
        ("$5 or $6", ["$", "5", " ", "or", " ", "$", "6"]),
        ("👩\u200d🔬", ["👩\u200d", "🔬"]),
    ],
)
def test_words_han_marks_addresses_and_formulas_are_pieces(text, pieces):
    assert tokens(text) == pieces


@given(st.text())
def test_the_pieces_are_the_text(text):
    assert "".join(tokens(text)) == text


@pytest.mark.parametrize(
    ("token", "said"),
    [("stop", 4), ("调", 3), ("，", 0), (" ", 0), ("\n", 0), ("$x^2$", 2)],
)
def test_letters_weigh_and_marks_do_not(token, said):
    assert weight(token) == said
