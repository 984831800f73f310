from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import query
from kb.search.query import (
    AnyOf,
    Asked,
    Filter,
    Not,
    Part,
    Sort,
    Span,
    Words,
)

TODAY = date(2026, 5, 31)


def parse(text: str) -> Asked:
    return query.parse(text, today=TODAY)


def nodes(text: str) -> list[query.Node]:
    return [part.node for part in parse(text).parts]


def phrase(text: str) -> Words:
    return Words(text, exact=True)


# --- Words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", []),
        (" \u3000\t", []),
        ("moe 指令微调", [Words("moe"), Words("指令微调")]),
        ("moe\u3000llm\ttraining", [Words("moe"), Words("llm"), Words("training")]),
        ("moe，llm。微调、训练", [Words(w) for w in ("moe", "llm", "微调", "训练")]),
        ('"exact phrase" x', [phrase("exact phrase"), Words("x")]),
        ("“指令 微调”「a b」", [phrase("指令 微调"), phrase("a b")]),
        ("『a 』\uff02b c\uff02", [phrase("a "), phrase("b c")]),
        ('"say ""moe"" twice"', [phrase('say "moe" twice')]),
        ('模型"指令微调"x', [Words("模型"), phrase("指令微调"), Words("x")]),
        ("-moe", [Not(Words("moe"))]),
        ("\uff0dmoe --llm", [Not(Words("moe")), Not(Words("llm"))]),
        ('-"a b"', [Not(phrase("a b"))]),
        ("gpt-3.5 FLAN-MoE", [Words("gpt-3.5"), Words("FLAN-MoE")]),
        ("(moe) [llm], «x»", [Words("moe"), Words("llm"), Words("«x»")]),
        ("C++ C# or Or", [Words(w) for w in ("C++", "C#", "or", "Or")]),
    ],
)
def test_words_must_all_be_found(typed, meant):
    asked = parse(typed)

    assert [part.node for part in asked.parts] == meant
    assert (asked.sort, asked.notices) == (Sort.RELEVANCE, ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("moe指令微调", [Words("moe"), Words("指令微调")]),
        ("用gpt-3.5微调", [Words("用"), Words("gpt-3.5"), Words("微调")]),
        ("第3章", [Words("第3章")]),
        ("3D重建", [Words("3D"), Words("重建")]),
        ('"moe指令"', [phrase("moe指令")]),
        ("-moe指令", [Not(Words("moe指令"))]),
        ("moe指令 OR x", [AnyOf((Words("moe指令"), Words("x")))]),
        ("OR指令", [phrase("OR"), Words("指令")]),
    ],
)
def test_a_word_is_cut_where_chinese_meets_other_letters(typed, meant):
    assert nodes(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a OR b c", [AnyOf((Words("a"), Words("b"))), Words("c")]),
        ("c a|b｜x", [Words("c"), AnyOf((Words("a"), Words("b"), Words("x")))]),
        ("a || b", [AnyOf((Words("a"), Words("b")))]),
        ("a OR OR b", [AnyOf((Words("a"), Words("b")))]),
        ("(a OR -b) c", [AnyOf((Words("a"), Not(Words("b")))), Words("c")]),
        ("a OR !! b", [AnyOf((Words("a"), Words("b")))]),
        (
            'tag:moe OR 主题：训练 OR "a b"',
            [AnyOf((Filter("tag", "moe"), Filter("topic", "训练"), phrase("a b")))],
        ),
        ("| a |", [Words("a")]),
    ],
)
def test_or_joins_what_is_beside_it(typed, meant):
    asked = parse(typed)

    assert [part.node for part in asked.parts] == meant
    assert asked.notices == ()


@pytest.mark.parametrize(
    "typed",
    [
        "2307.02486",
        "arXiv:2307.02486",
        "ARXIV：2307.02486v2",
        "arXiv: 2307.02486 [cs.CL]",
        "oai:arXiv.org:2307.02486",
        "hep-th/9901001",
        "https://arxiv.org/abs/2307.02486v2",
        "https://a.example/中文?x=topic:moe",
        "HTTP://a.example/",
        "doi:10.1145/3292500.3330701",
        "10.1145/3292500指令",
        "doi: 10.1145/3292500",
        "3:16",
        "10:30",
        "std::vector",
        "ftp://a.example/x",
    ],
)
def test_an_identifier_is_one_word_whatever_is_in_it(typed):
    assert parse(f"moe {typed} llm") == Asked(
        (
            Part("moe", Words("moe")),
            Part(typed, Words(typed)),
            Part("llm", Words("llm")),
        )
    )


def test_punctuation_after_an_identifier_is_none_of_it():
    assert nodes("（arXiv:2307.02486），https://a.example/x.") == [
        Words("arXiv:2307.02486"),
        Words("https://a.example/x"),
    ]


# --- Filters ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("topic:engineer/train", Filter("topic", "engineer/train")),
        ("主题：训练", Filter("topic", "训练")),
        ("Topic:“指令 微调”", Filter("topic", "指令 微调", exact=True)),
        ("tag:c++", Filter("tag", "c++")),
        ("标签:「长文本」", Filter("tag", "长文本", exact=True)),
        ('author:"Percy Liang"', Filter("author", "Percy Liang", exact=True)),
        ("作者：张三", Filter("author", "张三")),
        ("cat:cs.CL", Filter("cat", "cs.CL")),
        ("分类：math.GT", Filter("cat", "math.GT")),
        ("by:li", Filter("by", "li")),
        ("来自：我", Filter("by", "我")),
        ("kind:Paper", Filter("kind", "paper")),
        ('类型："博客"', Filter("kind", "blog")),
        ("lang:中文", Filter("lang", "zh")),
        ("语言：en", Filter("lang", "en")),
        ("has:笔记", Filter("has", "summary")),
        ("有：批注", Filter("has", "note")),
        ("has:code", Filter("has", "code")),
        ("is:unread", Filter("is", "unread")),
        ("状态：星标", Filter("is", "starred")),
        ("是：已撤稿", Filter("is", "withdrawn")),
        ("is:收件箱", Filter("is", "inbox")),
        ("-tag:moe", Not(Filter("tag", "moe"))),
        ("-主题：训练", Not(Filter("topic", "训练"))),
        ("(tag:moe)", Filter("tag", "moe")),
        ("topic:a(b)", Filter("topic", "a(b)")),
        ("year:2023", Span("year", 2023, 2023)),
        ("年份：2023年", Span("year", 2023, 2023)),
        ("year:2023..2024", Span("year", 2023, 2024)),
        ("year:2024-2023", Span("year", 2023, 2024)),
        ("年份：2023至2024", Span("year", 2023, 2024)),
        ("year:2023..", Span("year", 2023, None)),
        ("year:..2020", Span("year", None, 2020)),
        ("year:>=2023", Span("year", 2023, None)),
        ("year:>2023", Span("year", 2024, None)),
        ("year:<=2020", Span("year", None, 2020)),
        ("-year:<2020", Not(Span("year", None, 2019))),
        (
            "added:2024-05-01",
            Span("added", date(2024, 5, 1), date(2024, 5, 1)),
        ),
        ("添加：2024年2月", Span("added", date(2024, 2, 1), date(2024, 2, 29))),
        (
            "added:2024..2025-03",
            Span("added", date(2024, 1, 1), date(2025, 3, 31)),
        ),
        ("added:>2026-01", Span("added", date(2026, 2, 1), None)),
        ("added:..2024", Span("added", None, date(2024, 12, 31))),
        ("added:7d", Span("added", date(2026, 5, 24), None)),
        ("added:2w", Span("added", date(2026, 5, 17), None)),
        ("added:3m", Span("added", date(2026, 2, 28), None)),
        ("added:1y", Span("added", date(2025, 5, 31), None)),
        ("添加：7天", Span("added", date(2026, 5, 24), None)),
        ("添加：3个月", Span("added", date(2026, 2, 28), None)),
    ],
)
def test_a_filter_is_read_in_both_languages(typed, meant):
    asked = parse(typed)

    assert [part.node for part in asked.parts] == [meant]
    assert asked.notices == ()


@pytest.mark.parametrize(
    ("typed", "sort"),
    [
        ("sort:newest", Sort.NEWEST),
        ("排序：标题", Sort.TITLE),
        ("排序：添加", Sort.ADDED),
        ("sort:title sort:相关", Sort.RELEVANCE),
        ("sort:title sort:added", Sort.ADDED),
    ],
)
def test_the_last_order_counts_and_is_no_condition(typed, sort):
    assert parse(f"a {typed}") == Asked((Part("a", Words("a")),), sort)
    assert parse(f"{typed} a") == Asked((Part("a", Words("a")),), sort)


# --- What is mistyped ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "notice"),
    [
        (
            "foo:bar",
            [Words("foo"), Words("bar")],
            "“foo” is nothing to filter by: “foo:bar” was searched as words.",
        ),
        (
            "主体：训练",
            [Words("主体"), Words("训练")],
            "“主体” is nothing to filter by: “主体：训练” was searched as words.",
        ),
        (
            'foo:"a b"',
            [Words("foo"), phrase("a b")],
            '“foo” is nothing to filter by: “foo:"a b"” was searched as words.',
        ),
        (
            "-foo:topic:bar",
            [Not(phrase("foo:topic:bar"))],
            "“foo” is nothing to filter by: “foo:topic:bar” was searched as words.",
        ),
        (
            "foo:topic:bar",
            [Words("foo"), Words("topic"), Words("bar")],
            "“foo” is nothing to filter by: “foo:topic:bar” was searched as words.",
        ),
        (
            "is:banana",
            [Words("is"), Words("banana")],
            (
                "“is:banana” was searched as words: after “is:” there can be unread, "
                "starred, withdrawn, inbox."
            ),
        ),
        (
            "year:20x3",
            [Words("year"), Words("20x3")],
            (
                "“year:20x3” was searched as words: after “year:” there can be 2023, "
                "2020..2023, >=2023."
            ),
        ),
        (
            "added:2024-13 OR a",
            [AnyOf((phrase("added:2024-13"), Words("a")))],
            (
                "“added:2024-13” was searched as words: after “added:” there can be "
                "2024-05-01, 2024-05, 2024-05..2024-07, 7d, 2w, 3m, 1y."
            ),
        ),
        (
            "sort:foo",
            [Words("sort"), Words("foo")],
            (
                "“sort:foo” was searched as words: after “sort:” there can be "
                "relevance, newest, added, title."
            ),
        ),
        (
            "topic: a",
            [Words("topic"), Words("a")],
            "Nothing follows “topic:”: searched as a word.",
        ),
        (
            'tag:""',
            [Words("tag")],
            'Nothing follows “tag:""”: searched as a word.',
        ),
        (
            '"a b',
            [Words("a"), Words("b")],
            "A quotation mark is not closed: what follows it are words.",
        ),
        (
            "-“a tag:「b",
            [Not(Words("a")), Filter("tag", "b")],
            "A quotation mark is not closed: what follows it are words.",
        ),
        (
            "OR a",
            [phrase("OR"), Words("a")],
            "“OR” has nothing to join on one side: searched as a word.",
        ),
        (
            "a OR",
            [Words("a"), phrase("OR")],
            "“OR” has nothing to join on one side: searched as a word.",
        ),
        (
            "a - b",
            [Words("a"), Words("b")],
            "“-” stands before nothing: it was left out.",
        ),
        ("-|-「", [], "“-” stands before nothing: it was left out."),
        (
            "-sort:newest a",
            [Words("a")],
            "“-sort:newest” was left out: an order cannot be excluded.",
        ),
        ("!! 🔥", [], "“!! 🔥” has no word to search for."),
    ],
)
def test_what_is_mistyped_is_searched_as_words_and_said(typed, meant, notice):
    asked = parse(typed)

    assert [part.node for part in asked.parts] == meant
    assert notice in asked.notices


@pytest.mark.parametrize("text", ["year:..", "year:0000", "added:>9999", "added:9x"])
def test_a_time_that_never_is_is_said(text):
    assert len(parse(text).notices) == 1


def test_a_time_before_there_were_years_is_said():
    assert query.parse("added:999y", today=date(100, 1, 1)).notices


@pytest.mark.parametrize("title", ["Flamingo: a model", "a — b", "LLM： 综述", "a ..."])
def test_the_punctuation_of_a_title_is_nothing_to_speak_of(title):
    assert parse(title).notices == ()


def test_a_long_thing_is_not_repeated_whole():
    (notice,) = parse("foo:" + "x" * 500).notices

    assert len(notice) < 200


def test_the_same_is_said_once():
    assert len(parse("foo:bar foo:bar - -").notices) == 2


def test_what_cannot_be_stored_is_left_out():
    assert parse("m\x00o\ud800e\x1b").parts == (Part("moe", Words("moe")),)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("x " * 41, 40),
        ("x|" * 41, 1),
        ("中a" * 41, 40),
        ("x" * 1001, 1),
        ("x" * 997 + " OR", 1),
        ("x OR " + "y" * 30 + " " + "中z" * 40, 39),
    ],
)
def test_too_much_is_read_from_its_beginning_and_said(typed, kept):
    asked = parse(typed)

    assert len(asked.parts) == kept
    assert any("Only the beginning was read" in said for said in asked.notices)


def test_forty_words_and_an_order_are_not_too_much():
    asked = parse("x " * 40 + "sort:newest")

    assert (len(asked.parts), asked.sort, asked.notices) == (40, Sort.NEWEST, ())


# --- Writing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("  主题：训练   moe，llm ", "主题：训练 moe llm"),
        ("sort:newest a|b \uff0dx", "a OR b -x sort:newest"),
        ("moe指令 「a b」", "moe 指令 「a b」"),
        ("sort:relevance foo:bar", "foo bar"),
    ],
)
def test_a_query_is_written_as_it_was_typed(typed, written):
    assert query.text_of(parse(typed)) == written


def test_a_part_can_be_taken_away_and_added():
    asked = parse("moe topic:a moe sort:title")
    moe, topic, _ = asked.parts

    assert query.without(asked, topic) == "moe moe sort:title"
    assert query.without(asked, moe) == "topic:a sort:title"
    assert query.with_part(asked, "tag:x") == "tag:x moe topic:a moe sort:title"
    assert query.with_part(asked, "topic:a") == "moe topic:a moe sort:title"
    assert query.with_sort(asked, Sort.ADDED) == "moe topic:a moe sort:added"
    assert query.with_sort(asked, Sort.RELEVANCE) == "moe topic:a moe"


def test_a_plain_value_needs_no_quotation_marks_but_an_author_has_them():
    assert query.quoted("engineer/train") == "engineer/train"
    assert query.quoted("长文本") == "长文本"
    assert query.quoted("a b") == '"a b"'
    assert query.filter_source("tag", "moe") == "tag:moe"
    assert query.filter_source("author", "Liang") == 'author:"Liang"'


# --- For every input ------------------------------------------------------------------

READABLE = st.characters(exclude_categories=["Cc", "Cs"])
FRAGMENTS = st.sampled_from(
    [
        *(
            " ",
            " ",
            " ",
            "\u3000",
            "\n",
            "-",
            "\uff0d",
            "OR",
            " OR ",
            " 或 ",
            " AND ",
            " NOT ",
            "|",
            "｜",
            "(",
            ")",
        ),
        *(
            '"',
            '"',
            "“",
            "”",
            "「",
            "」",
            "『",
            "』",
            "\uff02",
            "'",
            ",",
            "，",
            "。",
            "[",
            "]",
        ),
        *(
            ":",
            "：",
            "topic:",
            "主题：",
            "tag:",
            "author:",
            "year:",
            "年份：",
            "added:",
        ),
        *(
            "kind:",
            "is:",
            "状态：",
            "sort:",
            "排序：",
            "foo:",
            "arXiv:",
            "doi:",
            "https://",
        ),
        *(
            "2023",
            "2023..2024",
            "..",
            ">=",
            "7d",
            "3个月",
            "paper",
            "未读",
            "newest",
            "标题",
        ),
        *(
            "moe",
            "gpt3.5",
            "FLAN-MoE",
            "指令微调",
            "码",
            "長文本",
            "a b",
            "é",
            "2307.02486",
        ),
        *(
            "10.1145/x",
            "a.example/x",
            "[cs.CL]",
            "\x00",
            "\ud800",
            "🔥",
            "..",
            "/",
            "ﬁ",
        ),
    ]
)
TYPED = st.lists(FRAGMENTS, max_size=30).map("".join)
ANYTHING = st.text(st.characters(), max_size=60)
LONG = st.lists(FRAGMENTS, min_size=50, max_size=400).map("".join)


def leaves(node: query.Node) -> int:
    match node:
        case Not(of):
            return leaves(of)
        case AnyOf(several):
            assert len(several) > 1
            return sum(map(leaves, several))
        case Filter(_, value):
            assert value.strip()
            return 1
        case Span(_, low, high):
            assert low is not None or high is not None
            return 1
        case Words(text):
            assert text.strip()
            return 1


def check(text: str) -> None:
    asked = parse(text)
    written = query.text_of(asked)
    again = parse(written)

    assert (again.parts, again.sort) == (asked.parts, asked.sort)
    assert sum(leaves(part.node) for part in asked.parts) <= query.MOST
    assert len(written) <= query.LENGTH
    for part in asked.parts:
        (alone,) = parse(part.source).parts
        assert alone == part


@settings(max_examples=3000, deadline=None)
@given(TYPED)
def test_every_query_is_read_and_its_parts_read_the_same_again(text):
    check(text)


@settings(max_examples=1500, deadline=None)
@given(ANYTHING)
def test_every_text_is_a_query(text):
    check(text)


@settings(max_examples=500, deadline=None)
@given(LONG)
def test_long_queries_are_bounded(text):
    check(text)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["topic", "tag", "author", "cat", "by"]),
    st.text(READABLE, max_size=60).filter(str.strip),
)
def test_every_value_is_read_as_it_was_written(field, value):
    source = query.filter_source(field, value)

    (part,) = parse(f"moe {source} llm").parts[1:2]

    assert part.source == source
    assert isinstance(part.node, Filter)
    assert (part.node.field, part.node.value) == (field, value)


def test_the_joining_words_of_both_languages():
    assert nodes("综述 或 评测") == nodes("综述 OR 评测")
    assert nodes("moe AND 指令") == nodes("moe 指令")
    assert nodes("NOT moe") == nodes("-moe")
    assert nodes('"或" AND "NOT"') == [phrase("或"), phrase("NOT")]
