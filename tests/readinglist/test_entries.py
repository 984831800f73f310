import pytest

from kb.readinglist.document import Document, Link
from kb.readinglist.parser import parse

A, C, PAPER = "https://a.b/", "https://c.b/", "https://arxiv.org/abs/2301.00001"


def codes(document: Document) -> list[str]:
    return [warning.code for warning in document.warnings]


def titles(document: Document) -> list[str]:
    return [entry.title for entry in document.entries]


def only(text: str):
    (entry,) = parse(text).entries
    return entry


@pytest.mark.parametrize(
    ("item", "title", "url", "summary"),
    [
        ("- [A Title](https://a.b/), text", "A Title", A, "text"),
        ("1. [A Title](https://a.b/)，text", "A Title", A, "text"),
        ("+ [A Title](https://a.b/): text", "A Title", A, "text"),
        ("* [A Title](https://a.b/) - text", "A Title", A, "text"),
        ("- A Title, https://a.b/, text", "A Title", A, "text"),
        ("- A Title：https://a.b/。text", "A Title", A, "。text"),
        ("- 8) A Title <https://a.b/> text", "A Title", A, "text"),
        ("- [ ] [A Title](https://a.b/)", "A Title", A, ""),
        ("- https://a.b/x", "", "https://a.b/x", ""),
        ("- <https://a.b/x>, text", "", "https://a.b/x", "text"),
        ("- [paper](https://a.b/x), text", "", "https://a.b/x", "text"),
        ("- [*A* `b` \\[c\\]](https://a.b/)", "A b [c]", "https://a.b/", ""),
        ("- [A Title][1]\n\n[1]: https://a.b/", "A Title", A, ""),
        ("- **A Title**, X et al. [[code](https://c.b/)]", "A Title", C, ""),
        ('- "A Title", X et al. [[pdf](https://c.b/)]', "A Title", C, ""),
        ("- A Title ([pdf](https://c.b/)) text", "A Title", C, "text"),
        ("- A Title\n  - Paper: https://c.b/", "A Title", C, ""),
        ("1. **A Title**\n\n   *X* [[abs](https://c.b/)]", "A Title", C, ""),
        ("- A Title, arXiv:2301.00001, text", "A Title", PAPER, "text"),
        ("- A Title [pdf](arXiv:2301.00001)", "A Title", PAPER, ""),
        (f"- A Title，{PAPER}提出", "A Title", PAPER, "提出"),
        ("-\tA Title, https://a.b/\n\n\ttext", "A Title", A, "text"),
        ("-\n  A Title, https://a.b/, text", "A Title", A, "text"),
        ("[A Title](https://a.b/), text", "A Title", A, "text"),
        ("[A Title](https://a.b/)\n---", "A Title", A, ""),
        ("- [A Title](https://a.b/)\n  - a note", "A Title", A, "- a note"),
        ("- A Title <!-- entry -->\n  - a note", "A Title", None, "- a note"),
    ],
)
def test_an_entry_may_be_written_in_many_ways(item, title, url, summary):
    entry = only(item)

    assert (entry.title, entry.url, entry.summary) == (title, url, summary)


@pytest.mark.parametrize(
    ("href", "known_as"),
    [
        ("g://arxiv.org/abs/2301.00001", "https://arxiv.org/abs/2301.00001"),
        ("https~://arxiv.org/abs/2301.00001", "https://arxiv.org/abs/2301.00001"),
        ("[https://arxiv.org/abs/2301.00001", "https://arxiv.org/abs/2301.00001"),
    ],
)
def test_an_arxiv_paper_is_seen_in_a_broken_address(href, known_as):
    assert only(f"- [A Title]({href}), text").canonical_url == known_as


def test_an_address_that_is_none_makes_no_entry():
    document = parse("- [A Title](javascript:alert(1))\n- [B](https://b.example/)\n")

    assert [entry.url for entry in document.entries] == [None, "https://b.example/"]


def test_words_beside_the_title_are_told():
    document = parse("- [ICLR 2024] [A Title](https://a.example/)\n")

    assert (titles(document), codes(document)) == (
        ["A Title"],
        ["no-arxiv-id", "left-out"],
    )


def test_a_missing_title_is_never_invented():
    document = parse("- [pdf](https://arxiv.org/abs/2301.00001), 很好的文章\n")

    assert (titles(document), codes(document)) == ([""], ["no-title"])


def test_the_paper_is_the_entry_among_generic_links():
    entry = only(
        "- A Title [code](https://c.example/) [pdf](https://arxiv.org/abs/2301.00001)"
    )

    assert entry.arxiv_id == "2301.00001"
    assert entry.extra_links == (Link("https://c.example/", "code", "web"),)


def test_a_table_at_the_end_keeps_its_bar():
    summary = only(
        "- [A Title](https://a.example/), text\n  | a |\n  |---|\n  | 1 |"
    ).summary

    assert summary == "text\n| a |\n|---|\n| 1 |"


def test_a_code_block_in_a_summary_is_kept_as_it_is():
    entry = only(
        "- [A Title](https://a.example/), run\n\n  ```\n      x\n\n  - y\n  ```\n"
    )

    assert entry.summary == "run\n\n```\n    x\n\n- y\n```"


def test_a_summary_may_name_its_language():
    entry = only(
        "- [A Title](https://a.b/), 很好\n  <!-- en -->\n  Good, 好。\n\n  - Yes |\n"
    )

    assert entry.summaries == {"zh": "很好", "en": "Good, 好。\n\n- Yes |"}


def test_tags_are_read_where_they_stand():
    entry = only("- [A Title](https://a.example/), text <!-- tags: a, b&#44;c -->\n")

    assert (entry.tags, entry.summary) == (("a", "b,c"), "text")


def test_an_unlinked_bullet_among_entries_is_an_entry_to_look_at():
    document = parse("- [A Title](https://a.example/)\n- Another\n  - its note\n")

    assert titles(document) == ["A Title", "Another"]
    assert document.entries[1].summary == "- its note"
    assert "title-only" in codes(document)
