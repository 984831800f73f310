"""An import is undone: the library is as it was, but for what people did since."""

import pytest
from django.utils import timezone

from kb.models import (
    Entry,
    Filing,
    ImportDraft,
    ListItem,
    Paper,
    ReadingList,
    Run,
    Topic,
)
from kb.ops import entries, merging, resources, summaries, topics, undoing
from kb.ops.entries import Wanted
from kb.ops.errors import NotUndone
from kb.ops.imports import drafts
from kb.ops.imports.choices import Choice
from kb.ops.imports.run import import_list
from tests.factories import NOW, blog, note, paper, person, starred, summarised

pytestmark = pytest.mark.django_db

FIRST = """\
# paper

## Agent
- [Tool Makers](https://arxiv.org/abs/2305.17126), 让模型造工具
- [Voyager](https://arxiv.org/abs/2305.16291), plays a game of blocks
- [ReAct](https://arxiv.org/abs/2210.03629), thinks and acts in turns

## Model
- [LongNet](https://arxiv.org/abs/2307.02486), 十亿个词

# blog
- [On agents](https://example.org/agents), a long post
"""
SECOND = """\
# paper

Papers we have read.

## Agent
Models that act.

- [LongNet again](https://arxiv.org/abs/2307.02486), 十亿个词, 真的
- [ReAct](https://arxiv.org/abs/2210.03629), thinks and acts in turns
- [Tool Makers](https://arxiv.org/abs/2305.17126), 让模型造工具
- [New one](https://arxiv.org/abs/2401.00001), new [code](https://github.com/a/b)

## Planning
- [Voyager](https://arxiv.org/abs/2305.16291v2), plays a game

### Deep
- [Deeper](https://arxiv.org/abs/2401.00002)

# blog
- [On agents, twice](https://example.org/agents), a long post
"""


@pytest.fixture
def wang():
    return person("wang", curator=True)


def bring_in(text, by, name="ours"):
    return import_list(text, name=name, by=by, now=timezone.now()).run


def undo(run, by):
    undone = undoing.begin(run, by=by, now=NOW)
    assert undoing.undo_next(clock=timezone.now)
    undone.refresh_from_db()
    assert undone.outcome == "done", undone.problem
    return undone


def library():
    """Everything a reader, or the next import, could tell apart."""
    return {
        "topics": [
            (topic.name, topic.address, topic.intro, topic.name_zh, topic.name_en)
            for topic in Topic.objects.all()
        ],
        "filed": [
            (topic.name, [entry.title for entry in Entry.objects.in_topic(topic)])
            for topic in Topic.objects.all()
        ],
        "entries": [
            (
                *(entry.pk, entry.title, entry.url, entry.source_url, entry.position),
                sorted(entry.tags.names()),
                sorted(entry.summaries.values_list("language", "body")),
                sorted(entry.resources.values_list("url", "label", "hidden")),
            )
            for entry in Entry.objects.order_by("pk")
        ],
        "papers": list(
            Paper.objects.order_by("pk").values_list(
                "arxiv_id", "cited_version", "title_from_arxiv", "doi"
            )
        ),
        "lists": [
            (kept.name, bytes(kept.source), kept.sha256, kept.left_out)
            for kept in ReadingList.objects.all()
        ],
        "memory": list(
            ListItem.objects.order_by("pk").values_list(
                "pk", "entry", "topic", "line", "last_line", "said"
            )
        ),
    }


def test_a_first_import_leaves_an_empty_library(wang):
    before = library()

    undone = undo(bring_in(FIRST, wang), wang)

    assert library() == before
    assert (undone.outcome, undone.asked_by) == ("done", wang)
    assert undone.report["removed"] == 5
    assert undone.report["topics_removed"] == 2


def test_what_was_merged_into_what_it_brought_is_not_lost(wang):
    older = blog("https://b.example/agents", "About agents")
    run = bring_in(FIRST, wang)
    kept = Entry.objects.get(url="https://example.org/agents")
    merging.merge(kept, older, merging.Choice(), by=wang, now=timezone.now())

    undone = undo(run, wang)

    assert set(Entry.objects.all()) == {kept, older}
    assert undone.report["stayed_as_is"] == 1


def test_a_later_import_leaves_the_library_of_the_one_before(wang):
    bring_in(FIRST, wang)
    summarised(Entry.objects.get(title="ReAct"), "用语言思考", by=wang)
    before = library()

    undo(bring_in(SECOND, wang), wang)

    assert library() == before


def test_what_was_undone_can_be_imported_again_and_undone_again(wang):
    before = library()
    first = bring_in(FIRST, wang)
    undone = undo(first, wang)

    draft = ImportDraft.objects.get(run=undone)
    again = drafts.begin(draft, by=wang, now=NOW)
    drafts.import_next(clock=timezone.now)
    assert Entry.objects.count() == 5

    undo(again, wang)
    assert library() == before


def test_what_was_there_before_the_list_stays(wang):
    known = summarised(paper("2305.17126", "Tool Makers", by=wang), "自己写的", by=wang)
    before = library()

    undo(bring_in(FIRST, wang), wang)

    assert library() == before
    assert Entry.objects.get() == known


@pytest.mark.parametrize(
    "work",
    [
        lambda entry, li: note(entry, by=li),
        lambda entry, li: starred(entry, by=li),
        lambda entry, li: summarised(entry, "会玩方块游戏", by=li),
        lambda entry, li: summaries.save(
            entry, "en", "Plays well.", base=1, by=li, now=NOW
        ),
        lambda entry, li: entries.retitle(entry, "Voyager, the player"),
        lambda entry, li: entries.tag(entry, {"games"}),
        lambda entry, li: entries.file(entry, [topics.create("x", parent=None, by=li)]),
        lambda entry, li: resources.add(
            entry, "https://github.com/x/y", "", "", by=li, now=NOW
        ),
        lambda entry, li: bring_in("- [V](https://arxiv.org/abs/2305.16291)", li, "2"),
    ],
    ids=["note", "star", "summary", "text", "title", "tag", "topic", "link", "list"],
)
def test_an_entry_somebody_worked_with_stays_as_it_is(wang, work):
    run = bring_in(FIRST, wang)
    entry = Entry.objects.get(paper__arxiv_id="2305.16291")
    work(entry, person("li"))
    worked_with = [row for row in library()["entries"] if row[0] == entry.pk]

    undone = undo(run, wang)

    assert library()["entries"] == worked_with
    assert [row["pk"] for row in undone.report["stayed"]] == [entry.pk]
    assert entry.topics.filter(name="Agent").exists()
    assert "Agent" in undone.report["topics_stayed"]


def test_what_arxiv_said_since_makes_no_entry_somebodys(wang):
    run = bring_in("- https://arxiv.org/abs/2305.16291", wang)
    Paper.objects.update(abstract="We introduce Voyager.", arxiv_title="Voyager")
    Entry.objects.update(title="Voyager")

    undo(run, wang)

    assert not Entry.objects.exists()


def test_what_somebody_changed_since_is_not_put_back(wang):
    bring_in(FIRST, wang)
    run = bring_in(SECOND, wang)
    li = person("li")
    voyager = Entry.objects.get(paper__arxiv_id="2305.16291")
    longnet = Entry.objects.get(paper__arxiv_id="2307.02486")
    post = Entry.objects.get(kind="blog")
    summaries.save(voyager, "en", "Plays very well.", base=2, by=li, now=NOW)
    entries.edit(
        longnet,
        Wanted("LongNet, ours", "paper", longnet.topics.all(), []),
        by=li,
    )
    agent = Topic.objects.get(name="Agent")
    topics.describe(agent, names={}, intro="Ours.", by=li)

    undone = undo(run, wang)

    for changed in (voyager, longnet, post, agent):
        changed.refresh_from_db()
    assert voyager.summaries.get().body == "Plays very well."
    assert longnet.title == "LongNet, ours"
    assert longnet.summary_in("zh").body == "十亿个词"
    assert post.title == "On agents"
    assert agent.intro == "Ours."
    assert {row["pk"] for row in undone.report["stayed"]} == {voyager.pk, longnet.pk}
    assert undone.report["topics_stayed"] == ["Agent"]


def test_an_address_that_is_another_entrys_by_now_stays_with_it(wang):
    bring_in("- [A post](https://example.org/old), words", wang)
    entry = Entry.objects.get()
    run = bring_in("- [A post](https://example.org/new), words", wang)
    entry.refresh_from_db()
    assert entry.url == "https://example.org/new"
    other = blog("https://example.org/old", "The old one", by=wang)

    undone = undo(run, wang)

    assert Entry.objects.get(url="https://example.org/old") == other
    assert [row["pk"] for row in undone.report["stayed"]] == [entry.pk]


def test_the_older_of_two_imports_waits_for_the_newer(wang):
    older = bring_in(FIRST, wang)
    newer = bring_in(SECOND, wang)
    before = library()

    with pytest.raises(NotUndone, match="newer"):
        undoing.begin(older, by=wang, now=NOW)
    assert library() == before

    undo(newer, wang)
    undo(older, wang)
    assert not Entry.objects.exists()


def test_asked_twice_it_is_undone_once(wang):
    run = bring_in(FIRST, wang)

    assert undo(run, wang) == undoing.begin(run, by=wang, now=NOW)
    assert not undoing.undo_next(clock=timezone.now)


def test_an_import_that_changed_nothing_is_undone_without_a_change(wang):
    bring_in(FIRST, wang)
    before = library()

    undone = undo(bring_in(FIRST, wang), wang)

    assert library() == before
    assert undone.outcome == "done"
    assert Run.objects.filter(kind="undo").count() == 1


def test_a_list_whose_older_place_is_gone_stays_where_it_is(wang):
    older, newer = (topics.create(n, parent=None, by=wang) for n in ("Old", "New"))
    for place in (older, newer):
        draft = drafts.send(FIRST.encode(), "ours.md", "ours", by=wang, now=NOW)
        drafts.choose(draft, Choice(place), by=wang)
        run = drafts.begin(draft, by=wang, now=NOW)
        drafts.import_next(clock=timezone.now)
    Filing.objects.all().delete()
    for topic in Topic.objects.order_by("-path").exclude(pk=newer.pk):
        topics.delete(Topic.objects.get(pk=topic.pk), by=wang)

    undo(run, wang)

    assert ReadingList.objects.get().under == newer
