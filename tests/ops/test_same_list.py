"""A list that was imported, handed back: the same but for what changed here."""

import difflib
import os
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from kb.models import Entry, ReadingList, Topic
from kb.ops import entries, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.errors import NotKept
from kb.ops.imports.reading import read
from kb.ops.imports.run import import_list, import_source
from kb.ops.same_list import same_list
from tests.factories import NOW, paper, person, topic_at

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).parents[3] / "shared"
DATA = Path(os.environ.get("ZHAJI_CORPUS", SHARED / "data"))
LISTS = [
    *sorted((DATA / "lists").glob("*__*.md")),
    *(DATA.parent / "seed").glob("*.txt"),
]
LIST = """\

# paper
- A Plain Title，https://arxiv.org/abs//2301.00001, 第一条，还没有归类
  续行

## Engineer
Intro of it, see https://x.example/.

* [First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记
* [Second One](https://arxiv.org/abs/2301.00003), in English

### Data/pretrain
- 甲：https://arxiv.org/abs/2301.00004，笔记甲
- 乙：https://arxiv.org/abs/2301.00005，笔记乙

## Tables
| Year | Title | Notes | Code |
|---|---|---|---|
| 2023 | [Third One](https://arxiv.org/abs/2301.00006) | good | [gh](https://g.io/a) |
| 2024 | [Fourth One](https://arxiv.org/abs/2301.00007) |  | - |

## Numbered
1. [Fifth One](https://arxiv.org/abs/2301.00008)
2. **Sixth One** [[pdf](https://arxiv.org/abs/2301.00009)]

## Empty

# blog
- [Seventh One](https://example.org/7), a post"""


NUMBER = count()
# As many as the suite has time for; SAME_LIST_CHANGES=200 for more.
CHANGES = int(os.environ.get("SAME_LIST_CHANGES", "40"))


def bring_in(data, name="list"):
    return import_source(read(data, f"{name}.md"), name=name, by=None, now=NOW)


def handed(name="list"):
    done = same_list(ReadingList.objects.get(name=name))
    assert done.unsaid == []
    return done.data


def touched(before, after):
    """Return the lines that went and the lines that came."""
    old, new = before.splitlines(), after.splitlines()
    lines = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
    gone = [line[1:] for line in lines if line.startswith("-")]
    return gone, [line[1:] for line in lines if line.startswith("+")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_an_untouched_list_is_handed_back_byte_by_byte(end, mark, last):
    data = mark + (LIST + last).replace("\n", end).encode()
    bring_in(data)

    assert handed() == data


@pytest.mark.skipif(not LISTS, reason="no corpus beside the repository")
def test_real_lists_are_handed_back_byte_by_byte():
    for file in LISTS:
        bring_in(file.read_bytes(), file.stem)

        assert handed(file.stem) == file.read_bytes()


def edit(entry, **said):
    by = person(f"m{next(NUMBER)}")
    wanted = Wanted(
        said.get("title", entry.title),
        entry.kind,
        topics=said.get("topics", list(entry.topics.all())),
        tags=said.get("tags", list(entry.tags.names())),
    )
    entries.edit(entry, wanted, by=by)


def write(entry, language, body):
    kept = entry.summaries.filter(language=language).first()
    base = kept.version if kept else 0
    by = person(f"m{next(NUMBER)}")
    summaries.save(entry, language, body, base=base, by=by, now=NOW)


def of(identifier):
    return Entry.objects.get(paper__arxiv_id=identifier)


@pytest.mark.parametrize(
    ("identifier", "language", "gone", "came"),
    [
        (
            "2301.00002",
            "zh",
            "* [First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记",
            "* [First One](https://arxiv.org/abs/2301.00002), 新的笔记",
        ),
        (
            "2301.00004",
            "zh",
            "- 甲：https://arxiv.org/abs/2301.00004，笔记甲",
            "- 甲：https://arxiv.org/abs/2301.00004，新的笔记",
        ),
        (
            "2301.00008",
            "zh",
            "1. [Fifth One](https://arxiv.org/abs/2301.00008)",
            "1. [Fifth One](https://arxiv.org/abs/2301.00008), 新的笔记",
        ),
    ],
)
def test_a_new_summary_changes_its_own_line(identifier, language, gone, came):
    bring_in(LIST.encode())

    write(of(identifier), language, "新的笔记")

    assert touched(LIST, handed().decode()) == ([gone], [came])


def test_a_summary_in_a_table_stays_in_its_column():
    bring_in(LIST.encode())

    write(of("2301.00006"), "en", "very good\n\nindeed | so")

    (gone,), (came,) = touched(LIST, handed().decode())
    assert gone.startswith("| 2023 | [Third One]")
    assert "[gh](https://g.io/a)" in came
    assert came.count("|") == gone.count("|") + 1  # an escaped one


def test_a_title_changes_in_its_place():
    bring_in(LIST.encode())

    edit(of("2301.00003"), title="Another Name")

    gone, came = touched(LIST, handed().decode())
    assert came == [gone[0].replace("Second One", "Another Name")]


def test_what_is_put_away_goes_and_nothing_else():
    bring_in(LIST.encode())

    Entry.objects.filter(pk=of("2301.00005").pk).update(status="archived")

    gone, came = touched(LIST, handed().decode())
    assert (gone, came) == (["- 乙：https://arxiv.org/abs/2301.00005，笔记乙"], [])


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (["Engineer"], "* [New One](https://arxiv.org/abs/2302.00001)"),
        (["Engineer", "Data/pretrain"], "- New One：https://arxiv.org/abs/2302.00001"),
        (["Numbered"], "3. [New One](https://arxiv.org/abs/2302.00001)"),
        (["Tables"], "|  | [New One](https://arxiv.org/abs/2302.00001) |  |  |"),
    ],
)
def test_a_new_entry_is_written_as_its_neighbours_are(path, line):
    bring_in(LIST.encode())

    paper("2302.00001", "New One", topics=[topic_at(path)])
    Entry.objects.filter(title="New One").update(added_at=NOW.replace(year=2099))

    assert touched(LIST, handed().decode()) == ([], [line])


def test_the_first_entry_of_a_section_stands_below_its_heading():
    bring_in(LIST.encode())

    paper("2302.00001", "New One", topics=[topic_at(["Empty"])])
    Entry.objects.filter(title="New One").update(added_at=NOW.replace(year=2099))

    text = handed().decode()
    assert "## Empty\n\n- [New One](https://arxiv.org/abs/2302.00001)\n\n# blog" in text


def test_what_is_filed_elsewhere_moves_there():
    bring_in(LIST.encode())

    edit(of("2301.00002"), topics=[topic_at(["Numbered"])])

    gone, came = touched(LIST, handed().decode())
    assert gone == ["* [First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记"]
    assert came == ["3. [First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记"]


def test_a_title_that_arxiv_gave_is_no_change():
    bring_in(b"# paper\n- https://arxiv.org/abs/2301.00001\n")
    Entry.objects.update(title="As arXiv calls it")

    assert handed() == b"# paper\n- https://arxiv.org/abs/2301.00001\n"


def test_a_renamed_topic_is_called_so_in_its_heading_alone():
    bring_in(LIST.encode())
    engineer, pretrain = (
        Topic.objects.get(name=n) for n in ("Engineer", "Data/pretrain")
    )
    topics.rename(pretrain, "预训练数据", by=None)
    topics.rename(engineer, "Engineering", by=None)
    edit(Entry.objects.get(title="First One"), title="The First One")

    done = same_list(ReadingList.objects.get())

    gone, came = touched(LIST, done.data.decode())
    assert gone == [
        "## Engineer",
        "* [First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记",
        "### Data/pretrain",
    ]
    assert came == [
        "## Engineering",
        "* [The First One](https://arxiv.org/abs/2301.00002), 关于微调的笔记",
        "### 预训练数据",
    ]
    before = Topic.objects.count()
    assert bring_in(done.data).changes == 0
    assert Topic.objects.count() == before
    assert same_list(ReadingList.objects.get()).data == done.data


def test_a_heading_that_has_the_name_twice_stays_and_is_told():
    heading = "## [Tables](https://a.example/Tables)\n"
    text = LIST.replace("## Tables\n", heading)
    bring_in(text.encode())
    topics.rename(Topic.objects.get(name="Tables"), "Boards", by=None)

    done = same_list(ReadingList.objects.get())

    assert done.data.decode() == text
    assert done.unsaid == ["Tables"]


def test_what_another_list_says_stays_out():
    bring_in(
        "# paper\n- [A](https://arxiv.org/abs/2301.00001), 别处的笔记\n".encode(), "one"
    )
    bring_in(b"# paper\n- [A](https://arxiv.org/abs/2301.00001)\n", "two")

    assert handed("two") == b"# paper\n- [A](https://arxiv.org/abs/2301.00001)\n"


def test_what_the_library_could_not_keep_stays_in_the_list():
    long = "https://example.org/" + "a" * 2100
    data = f"# paper\n- [Too Long]({long}), a note\n".encode()
    assert bring_in(data).unparsed

    assert handed() == data


def test_a_list_that_is_not_kept_is_told():
    bring_in(LIST.encode())
    ReadingList.objects.update(source=b"")

    with pytest.raises(NotKept, match="once more"):
        same_list(ReadingList.objects.get())


def test_random_changes_touch_lines_of_their_entry_alone():
    random, bound = Random(7), longest(LIST)  # noqa: S311
    bring_in(LIST.encode())
    for _ in range(CHANGES):
        before = same_list(ReadingList.objects.get()).data.decode()
        change(random, random.choice(list(Entry.objects.filter(status="listed"))))

        done = same_list(ReadingList.objects.get())

        gone, came = touched(before, done.data.decode())
        assert len(gone) <= bound
        assert len(came) <= bound + 1  # the first of a section has a line before it
        assert [t for t in done.unsaid if not is_of_two_notes_in_a_table(t)] == []


def is_of_two_notes_in_a_table(title):
    """Whether an entry has a note in each language, for which a row has no place."""
    entry = Entry.objects.get(title=title)
    in_table = entry.topics.filter(name="Tables").exists()
    return in_table and entry.summaries.count() == 2


def change(random, entry):
    """Do one thing to an entry, as a member or curator does."""
    kind = random.choice(["title", "zh", "en", "away", "move"])
    if kind == "title":
        edit(entry, title=f"Title {random.randrange(10**6)}")
    elif kind == "away" and Entry.objects.filter(status="listed").count() > 4:
        Entry.objects.filter(pk=entry.pk).update(status="archived")
    elif kind == "move":
        edit(entry, topics=[random.choice(list(Topic.objects.all()))])
    else:
        write(entry, random.choice(["zh", "en"]), f"笔记 {random.randrange(10**6)}")


def longest(text):
    """Return how many lines the longest entry has, with a note in each language."""
    found = read(text.encode(), "list.md").document.entries
    return max(last - first + 1 for first, last in (e.source_lines for e in found)) + 4


@pytest.mark.parametrize(
    "style",
    [
        "* [{}]({}) - {}",
        "- **[{}]({})**: {}",
        "+ [{}]({}) —— {}",
        "- {}，{}，{}",
        "3. [{}]({}) | {}",
    ],
)
def test_a_new_entry_has_the_marks_of_its_neighbours(style):
    text = "# paper\n\n## Agent\n" + style.format(
        "Voyager", "https://arxiv.org/abs/2305.16291", "plays a game"
    )
    import_list(text + "\n", name="styled", by=None, now=NOW)
    topic = Topic.objects.get(name="Agent")
    named, later = entries.understand("2210.03629"), NOW + timedelta(minutes=1)
    new = entries.add(named, Wanted("ReAct", "paper", [topic]), by=None, now=later)
    summaries.save(new, "en", "acts in turns", base=0, by=None, now=later)

    back = same_list(ReadingList.objects.get(name="styled")).data.decode()

    line = style.replace("3.", "4.").format(
        "ReAct", "https://arxiv.org/abs/2210.03629", "acts in turns"
    )
    assert back == f"{text}\n{line}\n"
