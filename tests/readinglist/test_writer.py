"""The standard form reads back to the state it was written from."""

from hypothesis import HealthCheck, given, settings

from kb.readinglist.outline import Branch, Outline, Section, Written
from kb.readinglist.parser import parse
from kb.readinglist.writer import write
from tests.readinglist.outlines import outlines


def flat(outline):
    """Return topics and entries in the order of the file, summaries once."""
    topics, entries, seen = [], [], set()

    def visit(kind, path, node):
        for entry in node.entries:
            key = entry.url or ("title", entry.title)
            first = key not in seen
            seen.add(key)
            summaries = list(entry.summaries.items()) if first else []
            tags = entry.tags if first else ()
            entries.append((kind, path, entry.title, entry.url, summaries, tags))
        for branch in node.topics:
            below = (*path, branch.name)
            topics.append((kind, below, branch.intro, branch.names))
            visit(kind, below, branch)

    for section in outline.sections:
        visit(section.kind, (), section)
    return topics, entries


def read(text):
    document = parse(text)
    topics = [(t.kind, t.path, t.intro, t.names) for t in document.topics]
    entries = [
        (e.kind, e.topic_path, e.title, e.url, list(e.summaries.items()), e.tags)
        for e in document.entries
    ]
    return topics, entries


@given(outlines)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_written_reads_back_the_same(outline):
    assert read(write(outline)) == flat(outline)


def test_a_list_is_written_in_its_plainest_form():
    outline = Outline(
        [
            Section(
                "paper",
                [
                    Written(
                        "LongNet: 1,000 Tokens",
                        "https://a.example/",
                        {"zh": "很好。\n- 一"},
                    )
                ],
                [
                    Branch("Data/pretrain"),
                    Branch(
                        "新硬件",
                        {"en": "New hardware"},
                        "About chips.",
                        [
                            Written(
                                "Chips, and More",
                                "https://b.example/(c)",
                                {},
                                ("硬件", "x"),
                            )
                        ],
                        [Branch("墨芯", topics=[Branch("深")])],
                    ),
                ],
            ),
            Section("blog", [Written("An idea"), Written("", "https://c.example/")]),
        ]
    )

    assert (
        write(outline)
        == """\
# paper

- [LongNet: 1,000 Tokens](https://a.example/), 很好。
  - 一

## Data/pretrain

## 新硬件 <!-- en: New hardware -->

About chips.

- [Chips, and More](<https://b.example/(c)>)
  <!-- tags: 硬件, x -->

### 墨芯

#### 深

# blog

- An idea <!-- entry -->
- <https://c.example/>
"""
    )


def test_topics_too_deep_for_headings_are_bullets():
    deep = Branch("七", entries=[Written("A Title", "https://a.example/")])
    for name in ["六", "五", "四", "三", "二"]:
        deep = Branch(name, topics=[deep])

    assert write(Outline([Section("paper", topics=[deep])])).endswith("""\
###### 六

- 七 <!-- topic -->
  - [A Title](https://a.example/)
""")


def test_an_entry_in_two_topics_has_its_summary_at_the_first():
    entry = Written("A Title", "https://a.example/", {"en": "Good."}, ("tag",))
    outline = Outline(
        [
            Section(
                "paper",
                topics=[Branch("a", entries=[entry]), Branch("b", entries=[entry])],
            )
        ]
    )

    assert write(outline).endswith("\n## b\n\n- [A Title](https://a.example/)\n")


def test_typing_habits_of_a_form_do_not_change_the_form():
    entry = Written(
        " A\n Title ", "https://a.example/", {"en": "\r\nGood.\r\n \r\nYes. "}
    )

    assert (
        write(Outline([Section("paper", [entry])]))
        == """\
# paper

- [A Title](https://a.example/), Good.

  Yes.
"""
    )


def test_an_address_that_no_list_can_hold_is_written_all_the_same():
    entry = Written("Notes", "notes.txt")

    assert "notes.txt" in write(Outline([Section("paper", [entry])]))
