"""Every rule of docs/format.md, first on one whole list, then one by one."""

import re
from pathlib import Path

import pytest

from kb.readinglist.document import Document, Link, NotAList, Unparsed
from kb.readinglist.parser import parse

ROOT = Path(__file__).parents[2]
LIST = (Path(__file__).parent / "list.md").read_text(encoding="utf-8")

HUB = Link("https://github.com/example/hub", "Hub", "github")
TWEET = Link("https://twitter.com/A_B_/status/1", "相关Tweet", "tweet")
REASONING = """\
大语言模型有两种能力，见[Hub](https://github.com/example/hub). 包括：
- 在代码上训练
  - 更多代码
- prompt"""
LETTER = "很短（但要考虑平衡）。相关Tweet：https://twitter.com/A_B_/status/1"

# kind, topic, title, address, arXiv, summary, links, syntax, lines
ENTRIES = [
    (
        "paper",
        [],
        "Sparse Experts Grow Up: A Second Look at Routing",
        "https://arxiv.org/pdf/2301.00001v3.pdf",
        ("2301.00001", 3),
        "提出新的routing方法，效果有提升",
        [],
        "plain",
        (4, 5),
    ),
    (
        "paper",
        [],
        "Scaling to 2,000,000 Steps",
        "https://arxiv.org/abs//2301.00002",
        ("2301.00002", None),
        "训练步数, 可以更多（很多）。",
        [],
        "plain",
        (6, 6),
    ),
    (
        "paper",
        [],
        "A Benchmark Without a Number",
        "https://bench.example/",
        (None, None),
        "代码是action，不断交互。",
        [],
        "plain",
        (7, 7),
    ),
    (
        "paper",
        ["Tuning"],
        "Tuning, in Ten Steps?",
        "https://arxiv.org/abs/2301.00003",
        ("2301.00003", None),
        "Ten-v2版本，混合了数据, 效果好",
        [],
        "link",
        (18, 18),
    ),
    (
        "paper",
        ["Tuning"],
        "Tools, Made",
        "https://github.com/example/tools",
        (None, None),
        "没有空格",
        [],
        "link",
        (19, 19),
    ),
    (
        "paper",
        ["Tuning"],
        "An idea that has no address yet",
        None,
        (None, None),
        "",
        [],
        "title",
        (21, 21),
    ),
    (
        "paper",
        ["Review"],
        "A Review of Reviews",
        "https://arxiv.org/abs/cs.CL/0112017",
        ("cs/0112017", None),
        "",
        [],
        "link",
        (24, 24),
    ),
    (
        "blog",
        ["Essays"],
        "June 2023, A Letter",
        "https://letter.example/June-2023-1f59",
        (None, None),
        LETTER,
        [TWEET],
        "link",
        (28, 28),
    ),
    (
        "blog",
        ["Essays"],
        "推理：最后的能力",
        "https://notes.example/6dafe3f8d11445ca",
        (None, None),
        REASONING,
        [HUB],
        "link",
        (29, 32),
    ),
    (
        "blog",
        ["Essays"],
        "A “Curly” Author\u2019s Post!",
        "https://post.example/",
        (None, None),
        "notes on the next line",
        [],
        "link",
        (33, 34),
    ),
    (
        "paper",
        ["Dataset"],
        "Corpus of Things",
        "https://huggingface.co/datasets/things",
        (None, None),
        "data",
        [],
        "link",
        (37, 37),
    ),
]
TOPICS = [
    ("paper", ["Data/clean"], "heading", 9, 2),
    ("paper", ["Systems"], "heading", 11, 2),
    ("paper", ["Systems", "serving"], "heading", 12, 3),
    ("paper", ["Systems", "硬件"], "heading", 13, 3),
    ("paper", ["Systems", "硬件", "芯片甲"], "bullet", 14, None),
    ("paper", ["Systems", "硬件", "Chip B"], "bullet", 15, None),
    ("paper", ["Tuning"], "heading", 17, 2),
    ("paper", ["Review"], "heading", 23, 2),
    ("blog", ["Essays"], "heading", 27, 2),
    ("paper", ["Dataset"], "heading", 36, 1),
]
WARNINGS = [
    (5, "trailing-pipe"),
    (6, "url-normalised"),
    (7, "no-arxiv-id"),
    (19, "no-arxiv-id"),
    (21, "title-only"),
    (36, "unknown-kind"),
    (37, "no-arxiv-id"),
]


def row(entry):
    return (
        entry.kind,
        list(entry.topic_path),
        entry.title,
        entry.url,
        (entry.arxiv_id, entry.arxiv_version),
        entry.summary,
        list(entry.extra_links),
        entry.syntax,
        entry.source_lines,
    )


def codes(document: Document) -> list[str]:
    return [warning.code for warning in document.warnings]


def paths(document: Document) -> list[tuple[str, ...]]:
    return [topic.path for topic in document.topics]


# --- One whole list -----------------------------------------------------------


@pytest.mark.parametrize("index", range(len(ENTRIES)))
def test_every_entry_of_a_list_is_read(index):
    assert row(parse(LIST).entries[index]) == ENTRIES[index]


def test_nothing_else_becomes_an_entry():
    assert len(parse(LIST).entries) == len(ENTRIES)


def test_topics_come_in_order_empty_ones_too():
    assert [
        (topic.kind, list(topic.path), topic.source, topic.line, topic.heading_level)
        for topic in parse(LIST).topics
    ] == TOPICS


def test_what_is_odd_is_told_with_its_line():
    document = parse(LIST)

    assert [(one.line, one.code) for one in document.warnings] == WARNINGS
    assert document.unparsed == ()


def test_languages_are_those_of_the_words():
    by_title = {entry.title: entry for entry in parse(LIST).entries}

    assert by_title["推理：最后的能力"].title_language == "zh"
    assert by_title["Tools, Made"].title_language == "en"
    assert by_title["Tools, Made"].language == "zh"
    assert by_title["A Review of Reviews"].summary_language is None
    assert by_title["A Review of Reviews"].language == "en"


def test_line_ends_do_not_matter():
    assert parse(LIST.replace("\n", "\r\n")) == parse(LIST)
    assert parse(LIST.replace("\n", "\r")) == parse(LIST)


# --- Kinds and topics ---------------------------------------------------------


@pytest.mark.parametrize("heading", ["# Papers", "# 论文", "#  PAPER  #", "paper\n==="])
def test_a_kind_is_known_however_it_is_written(heading):
    document = parse(f"{heading}\n\n- [A Title](https://a.example/)\n")

    assert (len(document.kinds), document.topics) == (1, ())


def test_headings_nest_to_the_sixth_level_and_over_gaps():
    document = parse("## a\n#### b\n###### c\n### d\n## e\n")

    assert paths(document) == [
        ("a",),
        ("a", "b"),
        ("a", "b", "c"),
        ("a", "d"),
        ("e",),
    ]


def test_a_topic_of_both_kinds_is_two():
    document = parse("# paper\n## a\n# blog\n## a\n")

    assert [(topic.kind, topic.path) for topic in document.topics] == [
        ("paper", ("a",)),
        ("blog", ("a",)),
    ]


def test_a_topic_named_twice_is_one_with_a_warning():
    document = parse("## a\n## b\n## a\n- [A Title](https://a.example/)\n")

    assert paths(document) == [("a",), ("b",)]
    assert document.entries[0].topic_path == ("a",)
    assert "repeated-topic" in codes(document)


def test_a_heading_without_words_is_no_topic():
    document = parse("## ![badge](https://img.example/b.svg)\n## \n")

    assert document.topics == ()
    assert codes(document) == ["empty-heading", "empty-heading"]


def test_decoration_is_not_part_of_a_name():
    document = parse("## **Agents** [top](#top) <a name='x'></a> ![b](c.svg) ##\n")

    assert paths(document) == [("Agents top",)]


def test_names_in_the_other_language_are_read():
    document = parse(
        "## 新硬件 <!-- en: New hardware -->\n- 墨芯 <!-- en: Moffett -->\n"
    )

    assert [topic.names for topic in document.topics] == [
        {"en": "New hardware"},
        {"en": "Moffett"},
    ]


def test_a_bullet_over_entries_is_a_topic():
    document = parse("## a\n- b\n  - [A Title](https://a.example/)\n- c\n")

    assert paths(document) == [("a",), ("a", "b"), ("a", "c")]
    assert document.entries[0].topic_path == ("a", "b")


def test_bullets_nest_as_topics():
    assert paths(parse("- a\n  - b\n    - c\n- d\n")) == [
        ("a",),
        ("a", "b"),
        ("a", "b", "c"),
        ("d",),
    ]


def test_a_paragraph_below_a_heading_introduces_its_topic():
    document = parse("## a\n\nFirst, see https://x.example/.\n\n> Second\n\n- b\n")

    assert document.topics[0].intro == "First, see https://x.example/.\n\n> Second"
    assert document.unparsed == ()


def test_a_paragraph_inside_a_bullet_introduces_that_topic():
    document = parse("- a <!-- topic -->\n\n  About *a*.\n\n      code\n")

    assert document.topics[0].intro == "About *a*.\n\n    code"


def test_an_introduction_set_apart_holds_anything():
    document = parse("## a\n<!-- intro -->\n# b\n- c\n<!-- /intro -->\n## d\n")

    assert [topic.intro for topic in document.topics] == ["# b\n- c", ""]


def test_text_outside_topics_is_told():
    document = parse("# paper\n\nWelcome, see https://x.example/ first.\n")

    assert codes(document) == ["outside-topic"]
    line, address = "Welcome, see https://x.example/ first.", "https://x.example/"
    assert document.unparsed == (Unparsed(3, line, "not in an entry", (address,)),)


def test_a_table_of_contents_is_no_list_of_topics():
    document = parse("- [One](#one)\n  - [Two](#two)\n- [Three](#three)\n\n## One\n")

    assert paths(document) == [("One",)]
    assert codes(document) == ["contents"]


@pytest.mark.parametrize("depth", [31, 32])
def test_topics_may_nest_to_a_limit(depth):
    text = "\n".join("  " * level + f"- {level}" for level in range(depth))

    assert len(parse(text).topics) == depth


def test_topics_nested_deeper_name_the_line():
    text = "## a\n\n" + "\n".join("  " * level + f"- {level}" for level in range(40))

    with pytest.raises(NotAList, match=r"^Line 34: .* more than 32 deep"):
        parse(text)


def test_bullets_ten_thousand_deep_are_refused():
    with pytest.raises(NotAList, match=r"^Line 1: "):
        parse("- " * 10_000 + "[A Title](https://a.example/)")


def test_ten_thousand_headings_are_read():
    text = "".join(f"{'#' * (2 + n % 5)} topic {n}\n" for n in range(10_000))

    assert len(parse(text).topics) == 10_000


# --- The page for people ------------------------------------------------------


def test_the_page_for_people_names_every_warning():
    page = (ROOT / "docs/format.md").read_text(encoding="utf-8")
    sources = (ROOT / "kb/readinglist").glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in sources)

    named = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))

    assert named == set(re.findall(r'(?:line|block|child), "([a-z-]+)"', code))


def test_the_example_of_the_page_reads_as_it_says():
    page = (ROOT / "docs/format.md").read_text(encoding="utf-8")

    document = parse(page.split("```markdown\n")[1].split("```")[0])

    first, second = document.entries
    assert first.tags == ("attention", "long context")
    assert first.summaries["en"] == "The note in English."
    assert (second.title, second.url) == ("A paper without an address", None)
    assert paths(document) == [("新硬件",), ("新硬件", "Deeper")]
    assert document.warnings == ()
