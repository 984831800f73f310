import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text import analyser
from kb.text.analyser import Phrase, asked, joined, terms, tokens, words

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=1)
MIXED = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("aZ3.vé 微調㎞ﬁ½⻓\u0301\u200b\u2019's-_ガ・한ß\ud800𠮷İ"),
    ),
    max_size=40,
)


def finds(query: str, text: str) -> bool:
    """Whether the index would find `query` in `text`."""
    wanted, found = asked(query), terms(text)
    *first, last = wanted.terms
    return any(
        found[at : at + len(first)] == first and is_last(found[at + len(first)])
        for at in range(len(found) - len(first))
        for is_last in [last.__eq__ if not wanted.prefix else begins_with(last)]
    )


def begins_with(prefix: str):
    return lambda term: term.startswith(prefix)


@pytest.mark.parametrize(
    "forms",
    [
        [
            "FLAN-MoE",
            "flan moe",
            "flan-moe",
            "Flan_MoE",
            "\uff26\uff2c\uff21\uff2e\uff0d\uff2d\uff4f\uff25",
            "FLAN\u2011MoE",
        ],
        ["gpt3.5", "GPT-3.5", "gpt 3.5", "GPT\uff0d3\uff0e5"],
        ["FLANv2", "flan v2", "FLAN-V2", "flan v 2"],
        ["yolov5", "YOLO v5"],
        ["conv1", "Conv 1", "conv-1"],
        ["wav2vec 2.0", "wav2vec2.0", "Wav 2 Vec 2.0"],
        ["2307.02486v2", "2307.02486 v2"],
        ["model", "models", "model's", "Models\u2019"],
        ["naïve café", "naive cafe", "nai\u0308ve cafe\u0301", "NAÏVE CAFÉ"],
        ["Straße", "STRASSE"],
        ["efﬁcient", "efficient", "effi\u00adcient"],
        ["長文本", "长文本", "⻓⽂本", "⻓文本"],
        ["資訊檢索", "资讯检索"],
        ["ディープ", "ﾃﾞｨｰﾌﾟ"],
        ["第\uff13章", "第3章"],
        ["x²", "x2"],
    ],
)
def test_the_forms_of_a_word_meet(forms):
    assert {tuple(terms(form)) for form in forms} == {tuple(terms(forms[0]))}
    assert terms(forms[0])


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("", []),
        ("… —🔥", []),
        ("Instruction tuning", ["instruct", "tune"]),
        ("O'Brien's GPT-4o", ["o", "brien", "gpt", "4", "o"]),
        ("1,000 v1.2.3.", ["1", "000", "v", "1.2.3"]),
        ("指令微调", ["指令", "令微", "微调", "调"]),
        ("moe指令3", ["moe", "指令", "令", "3"]),
        ("码", ["码"]),
        ("《道》、德", ["道", "德"]),
        ("アラン・\uff34", ["アラ", "ラン", "ン", "t"]),
        ("ｱﾗﾝ･T", ["アラ", "ラン", "ン", "t"]),
        ("Llama™ model", ["llama", "model"]),
        ("한국어", ["한국어"]),
    ],
)
def test_a_text_becomes_terms(text, made):
    assert terms(text) == made


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("", Phrase([], prefix=False)),
        ("gpt3.5", Phrase(["gpt", "3.5"], prefix=False)),
        ("指令微调", Phrase(["指令", "令微", "微调"], prefix=False)),
        ("微", Phrase(["微"], prefix=True)),
        ("moe 微", Phrase(["moe", "微"], prefix=True)),
        ("指令 微调", Phrase(["指令", "令", "微调"], prefix=False)),
        ("微调 moe", Phrase(["微调", "调", "moe"], prefix=False)),
    ],
)
def test_only_the_end_of_what_is_typed_may_go_on(typed, made):
    assert asked(typed) == made


@given(HAN, st.data())
def test_any_part_of_chinese_is_found(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    assert finds(text[start:end], f"moe {text}, llm")


@given(st.text("指令微调，a", max_size=8), st.text("指令微调", min_size=1, max_size=4))
def test_exactly_the_parts_of_chinese_are_found(text, part):
    assert finds(part, text) == (part in text)


@given(MIXED)
def test_a_text_finds_itself(text):
    assert not terms(text) or finds(text, text)


@given(MIXED)
def test_tokens_are_the_terms_with_their_places(text):
    found = tokens(text)

    assert [token.term for token in found] == terms(text)
    starts = [token.start for token in found]
    assert starts == sorted(starts)
    for token in found:
        assert 0 <= token.start < token.end <= len(text)
        # The letters that are pointed at say the term, or an expansion that has it.
        said = terms(text[token.start : token.end])
        assert token.term in said or not said or len(text[token.start]) == 1


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("The Models\u2019 cafés", ["The", "Models", "cafés"]),
        ("cafe\u0301s, nai\u0308ve", ["cafe\u0301s", "nai\u0308ve"]),
        ("a model's FLANv2", ["a", "model", "FLAN", "v", "2"]),
        ("⻓⽂本 moe", ["⻓⽂", "⽂本", "本", "moe"]),
        ("長文。\uff2d\uff2f\uff25", ["長文", "文", "\uff2d\uff2f\uff25"]),
        ("eﬃcient ½ 5㎞", ["eﬃcient", "½", "½", "5", "㎞"]),
        ("㍿x", ["㍿", "㍿", "㍿", "㍿", "x"]),
        ("effi\u00adcient\u200b x", ["effi\u00adcient\u200b", "x"]),
        ("ﾃﾞﾓ 𠮷野家", ["ﾃﾞﾓ", "ﾓ", "𠮷野", "野家", "家"]),
    ],
)
def test_tokens_point_at_what_is_in_the_text(text, surfaces):
    assert [text[token.start : token.end] for token in tokens(text)] == surfaces


def test_words_are_spelt_as_they_are_but_folded_each_once():
    text = "Attention\u2019s Naïve models: GPT-4 FLANv2 一个 of 3.14159 ABC"

    assert words(text, "abc", "OF model") == [
        *("attention", "naive", "models", "gpt", "flan", "abc", "model")
    ]


@given(MIXED)
def test_joined_terms_are_the_terms(text):
    assert joined(text).split(" ") == (terms(text) or [""])


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(analyser, "_KEPT", 2)

    assert terms("one model, two models, 3 模型") == [
        *("one", "model", "two", "model", "3", "模型", "型")
    ]
