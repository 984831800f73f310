"""Lists as people keep them: whatever their form, nothing in them is lost."""

import os
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.readinglist.parser import parse
from kb.readinglist.source import decode
from tests.readinglist.kept import lost

EXAMPLES = int(os.environ.get("WILD_EXAMPLES", "150"))
TITLES = (
    *("A Survey of Attention", "Tool Makers: Models that Make Tools", "指令微调综述"),
    *("LongNet", "Wait, what? A study", "1,000 Tokens", "C++ [and] *stars*", "Paper"),
)
FORMS = (
    *("- [{t}]({u})", "- {t}，{u}, 笔记", "1. **{t}** [[paper]({u})] [[code]({o})]"),
    *("* {t} [pdf]({u}), [project page]({o})", '- "{t}", ICML 2023 [[Paper]({u})]'),
    *(
        "- **{t}**\n  - Paper: {u}\n  - Code: {o}",
        "**{t}**\n\n- Paper: {u}\n- Code: {o}",
    ),
    *("[{t}]({u})\n---", "### [{t}]({u})\n\nWhat it says.", "> [{t}]({u}) and {o}"),
    *("| Title | Link |\n|---|---|\n| {t} | [pdf]({u}) |", "|{t}|[a]({u})|\n|-|-|\n"),
    *("<table><tr><th>Paper</th></tr><tr><td><a href='{u}'>{t}</a></td></tr></table>",),
    *("<details><summary>{t}</summary>\n\n- [{t}]({u})\n\n</details>",),
    *("- [{t}]({u}), [{t} again]({o})", "- [{t}]({o})\n  - [{t}]({u}), below"),
    *("![badge]({o}) [![b]({o})]({u})", "```\n{u}\n```", "## {t} {o} 🔥", "    {u}"),
    *(
        "- [论文]({u})：{t}",
        "- 论文名称：{t}\n  - 论文地址：{u}",
        "- <a href='{u}'>{t}</a>",
    ),
    *("{t} ({u})", "- [x] {t} {u}", "- ~~[{t}]({u})~~", "[{t}][r]\n\n[r]: {u}"),
    *("<p align='center'>{u}</p>", "- {t}<br>{u}<br>{o}", "- [{t}](arXiv:{i})"),
)
HEADINGS = (
    "# paper",
    "# blog",
    "## 训练",
    "### Data/pretrain",
    "# Other",
    "",
    "- chips",
)
KINDS = (
    "https://arxiv.org/abs/{}",
    "http://arxiv.org/pdf/{}v2.pdf",
    "https://x.org/{}",
)


@st.composite
def lists(draw: st.DrawFn) -> str:
    """Draw a list of items in many forms, with addresses that are all different."""
    number = st.integers(1, 99_999)
    pieces = []
    for _ in range(draw(st.integers(1, 8))):
        identifier = f"2301.{draw(number):05}"
        form = draw(st.sampled_from(FORMS))
        own = draw(st.sampled_from(KINDS)).format(identifier)
        other = f"https://github.com/a/b{draw(number)}"
        title = draw(st.sampled_from(TITLES))
        pieces += [
            draw(st.sampled_from(HEADINGS)),
            form.format(t=title, u=own, o=other, i=identifier),
        ]
    return draw(st.sampled_from(["\n", "\n\n"])).join(pieces)


@settings(max_examples=EXAMPLES, deadline=None)
@given(lists())
def test_every_address_of_any_list_is_kept_or_told(text):
    assert lost(text, parse(text)) == set()


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(lists(), st.sampled_from(["\r\n", "\r"]), st.booleans())
def test_line_ends_and_a_mark_change_nothing(text, end, mark):
    written = text.replace("\n", end).encode()

    read = parse(decode(b"\xef\xbb\xbf" * mark + written, "list"))

    assert read == parse(text)


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(lists())
def test_decomposed_letters_lose_nothing(text):
    apart = unicodedata.normalize("NFD", text)

    assert lost(apart, parse(apart)) == set()


def entry(text):
    (found,) = parse(f"# paper\n\n{text}\n").entries
    return found


TITLE, PAPER, CODE = (
    "A Survey of Attention",
    "https://arxiv.org/abs/2301.00001",
    "https://github.com/a/b",
)


@pytest.mark.parametrize(
    ("form", "source"),
    [
        ("- [{t}]({u})", "link"),
        ("- [**{t}**]({u}) [[code]({o})]", "link"),
        ("1. **{t}** _Ann Li, Bo Wu._ [[paper]({u})]", "bold"),
        ('- "{t}", ICML 2023 [[Paper]({u})]', "quoted"),
        ("- {t} [[pdf]({u})]", "text"),
        ("- 8) {t} [[pdf]({u})]", "text"),
        ("- ICML'23 {t} [[pdf]({u})]", "text"),
        ("- [{t}] [[pdf]({u})]", "text"),
        ("- [[arXiv 2023.01]({u})] {t}", "text-after"),
        ("- [paper]({u}) **{t}**", "bold-after"),
        ("- 论文名称：{t}\n  论文地址：{u}", "field"),
        ("**{t}**\n\n- Paper: {u}\n- Code: {o}", "parent"),
        ("- **{t}**\n  - [paper]({u})", "parent"),
        ("- **{t}.**\n  - [paper]({u})", "parent"),
        ("### [{t}]({u})", "link"),
        ("> [{t}]({u})", "link"),
        ("[{t}]({u})\n---", "link"),
        ("| Year | Paper |\n|---|---|\n| 2023 | [{t}]({u}) |", "row"),
        ("| 标题 | 链接 |\n|---|---|\n| {t} | [pdf]({u}) |", "row"),
        ("| Title |\n|---|\n| **{t}** <br> Ann Li [[paper]({u})] |", "row"),
        ("- <a href='{u}'>{t}</a>", "link"),
        ("<table><tr><th>Paper<tr><td><a href='{u}'>{t}</a></table>", "row"),
        ("<p><b>{t}</b> <a href='{u}'>pdf</a></p>", "bold"),
    ],
)
def test_a_title_is_found_where_lists_put_it(form, source):
    found = entry(form.format(t=TITLE, u=PAPER, o=CODE))

    assert (found.title, found.title_source) == (TITLE, source)
    assert found.arxiv_id == "2301.00001"


def test_who_made_it_is_not_what_it_is_called():
    found = entry(f"- [A Team of Berkeley] [TinyZero]({CODE})")

    assert (found.title, found.title_source) == ("TinyZero", "link")


@pytest.mark.parametrize(
    "form", ["- [pdf]({u})", "- {u}", "- [[paper]({u})] [[code]({o})]", "- [1]({u})"]
)
def test_a_title_that_is_not_there_is_not_made_up(form):
    assert entry(form.format(u=PAPER, o=CODE)).title == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("A Survey of Attention.", "A Survey of Attention"),
        ("What is it?", "What is it?"),
        ("Wait for it...", "Wait for it..."),
        ("Work by Ann Li et al.", "Work by Ann Li et al."),
        ("The Work of J. R.", "The Work of J. R."),
    ],
)
def test_a_full_stop_at_the_end_is_none_of_the_title(written, read):
    assert entry(f"- [{written}]({PAPER})").title == read


def test_what_belongs_to_an_entry_is_told_apart():
    found = entry(
        f"- [{TITLE}]({PAPER}) [[code]({CODE})] [[Project Page](https://p.example/)] "
        "[[weights](https://huggingface.co/a/b)] [![Stars](https://i.example/)]"
        "(https://github.com/a/c)"
    )

    told = [(link.kind, link.url) for link in found.resources]
    assert told == [
        ("code", CODE),
        ("project", "https://p.example/"),
        ("model", "https://huggingface.co/a/b"),
        ("code", "https://github.com/a/c"),
    ]
    assert found.summary == ""  # it says nothing else


@pytest.mark.parametrize(
    ("said", "venue", "year"),
    [
        ("ICML 2023", "ICML 2023", 2023),
        ("(NeurIPS'21)", "NeurIPS'21", 2021),
        ("ACL-19", "ACL-19", 2019),
        ("Arxiv 2024.", "Arxiv 2024", 2024),
        ("Preprint'24", "Preprint'24", 2024),
        ("2022.12", "", 2022),
        ("", "", None),
    ],
)
def test_a_venue_a_year_and_authors_are_read(said, venue, year):
    found = entry(f"- [{TITLE}]({PAPER}) _Ann Chi, Bo Wu et al._ {said}")

    assert (found.venue, found.year) == (venue, year)
    assert found.authors == ("Ann Chi", "Bo Wu")


def test_a_line_of_names_is_who_wrote_it():
    found = entry(f"- [{TITLE}]({PAPER})\n  - Ann Li, Bo Wu, and Chen O'Neil")

    assert found.authors == ("Ann Li", "Bo Wu", "Chen O'Neil")
    assert found.summary == ""


def test_a_line_with_more_than_names_is_a_note():
    found = entry(f"- [{TITLE}]({PAPER})\n  - Ann Li, who wrote it first")

    assert found.summary == "- Ann Li, who wrote it first"


def test_columns_tell_what_they_hold():
    found = entry(
        "| Date | Title | Authors | Venue | Notes | Code |\n|-|-|-|-|-|-|\n"
        f"| 2023-01-02 | [{TITLE}]({PAPER}) | Ann Li, Bo Wu | ICML | 值得读 "
        f"| [gh]({CODE}) |"
    )

    assert (found.year, found.venue, found.summary) == (2023, "ICML", "值得读")
    assert found.authors == ("Ann Li", "Bo Wu")
    assert [link.url for link in found.resources] == [CODE]
    assert found.source_lines == (5, 5)
    assert found.syntax == "row"


def test_a_table_without_links_is_a_text():
    document = parse("## Chips\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")

    assert document.entries == ()
    assert document.topics[0].intro.startswith("| a | b |")


def test_several_papers_in_one_item_are_several_entries():
    document = parse(
        "- [First Paper](https://arxiv.org/abs/2301.00001), "
        "[Second Paper](https://arxiv.org/abs/2301.00002) and "
        "[Third Paper](https://arxiv.org/abs/2301.00003): three of a kind\n"
    )

    assert [one.title for one in document.entries] == [
        "First Paper",
        "Second Paper",
        "Third Paper",
    ]
    assert document.entries[2].summary == "three of a kind"


def test_a_paper_that_a_note_mentions_is_no_entry():
    found = entry(
        f"- [{TITLE}]({PAPER}), goes further than what the earlier work "
        "[Second Paper](https://arxiv.org/abs/2301.00002) did"
    )

    assert [link.kind for link in found.extra_links] == ["arxiv"]


def test_papers_below_a_linked_item_are_entries():
    document = parse(
        "- [A Collection of Work](https://c.example/), collected\n"
        "  - a remark\n"
        "  - [Second Paper](https://arxiv.org/abs/2301.00002), a note\n"
    )

    first, second = document.entries
    assert (first.summary, second.title) == ("collected\n- a remark", "Second Paper")
    assert second.summary == "a note"
    assert first.extra_links == ()


def test_headings_lose_what_decorates_them():
    document = parse(
        "## 🔥 Training [![b](https://i.example/)](https://b.example/)\n"
        "### Data [↑](#top)\n"
        "<h4>Chips</h4>\n\n- [T one](https://a.example/)\n"
    )

    assert [topic.path[-1] for topic in document.topics] == [
        "Training",
        "Data",
        "Chips",
    ]


def test_text_below_a_heading_that_is_a_paper_is_its_note():
    found = entry(f"### [{TITLE}]({PAPER})\n\nWhat it says.\n\nAnd more.")

    assert found.summary == "What it says.\n\nAnd more."
    assert found.source_lines == (3, 7)


def test_the_lines_of_html_are_those_of_the_file():
    document = parse(
        "<table>\n<tr><th>Paper</th></tr>\n\n"
        "<tr>\n<td><a href='https://arxiv.org/abs/2301.00001'>A Survey of It</a></td>\n"
        "</tr>\n</table>\n"
    )

    assert document.entries[0].source_lines == (4, 6)
