"""Two entries become one: all that hangs on either survives; undone, both are back."""

import os
import random

import pytest
from django.utils import timezone

from kb.models import (
    Annotation,
    Entry,
    Filing,
    ListItem,
    Notification,
    Paper,
    Reading,
    ReadingList,
    Resource,
    Summary,
    TaggedEntry,
)
from kb.models.entries import Status
from kb.models.runs import Outcome
from kb.ops import (
    bin,  # noqa: A004 - the word for it
    entries,
    merging,
    reading,
    resources,
    summaries,
    undoing,
)
from kb.ops.annotations.texts import plain_texts
from kb.ops.entries import Wanted
from kb.ops.errors import AlreadyListed, NotMerged
from kb.ops.imports import identity
from kb.ops.merging import Choice
from tests.factories import (
    NOW,
    blog,
    followed,
    highlight,
    note,
    paper,
    person,
    reply,
    resource,
    starred,
    summarised,
    topic_at,
)

pytestmark = pytest.mark.django_db

TABLES = (Entry, Filing, TaggedEntry, Resource, Summary, Annotation, Reading, ListItem)
GROWS = {"version", "renderer"}  # of a text that was saved once more


def dump():
    """Everything the library says, in one order."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in GROWS}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in (*TABLES, Paper, Notification)
    }


def undo(run, by=None):
    done = undoing.undo(run, by=by, clock=timezone.now)
    assert done.outcome == Outcome.DONE, done.problem
    return done


def merge(kept, other, choice=None, by=None):
    return merging.merge(kept, other, choice or Choice(), by=by, now=NOW)


def a_list():
    return ReadingList.objects.create(name="list", sha256="", imported_at=NOW)


def test_all_that_hangs_on_the_other_is_the_ones():
    li, wang = person("li"), person("wang")
    train, agents = topic_at(["Engineer", "train"]), topic_at(["Agents"])
    kept = paper("2307.02486", "LongNet", topics=[train], tags=["long"])
    other = blog("https://example.org/longnet", "LongNet explained", topics=[agents])
    entries.edit(
        other,
        Wanted(other.title, "blog", [train, agents], ["long", "blog"]),
        by=None,
    )
    summarised(other, "讲得很清楚。")
    said = note(other, "See also", by=li, visibility="team")
    answer = reply(said, "Yes", by=wang)
    resource(other, "https://github.com/a/b", by=li)
    starred(other, by=li)

    merge(kept, other)

    kept = Entry.objects.get(pk=kept.pk)
    assert set(kept.topics.all()) == {train, agents}
    assert set(kept.tags.names()) == {"long", "blog"}
    assert kept.summaries.get().body == "讲得很清楚。"
    assert set(kept.annotations.all()) == {said, answer}
    assert {link.url for link in kept.resources.all()} == {
        "https://github.com/a/b",
        "https://example.org/longnet",
    }
    assert kept.readings.get(member=li).starred


def test_the_other_is_the_one_from_now_on():
    kept, other = paper("2307.02486"), blog("https://example.org/x", "LongNet")
    merge(kept, other)

    other.refresh_from_db()
    assert (other.status, other.merged_into) == (Status.MERGED, kept)
    with pytest.raises(AlreadyListed) as refusal:
        blog("http://example.org/x", "Again")
    assert refusal.value.entry == kept


def test_what_was_merged_twice_leads_to_the_last():
    first, second, third = paper("2307.02486"), blog(), paper("2401.00001", "Third")
    merge(second, first)
    merge(third, second)

    assert entries.known(entries.understand("2307.02486")) == third
    known = identity.Known(a_list(), [])
    assert known.by_arxiv["2307.02486"] == third.pk
    assert known.url_of[third.pk] == third.url


def test_of_two_summaries_nothing_is_lost_unless_chosen():
    li = person("li")
    for chosen, expected in (
        ("both", "Ours is long.\n\n---\n\nTheirs is short."),
        ("kept", "Ours is long."),
        ("other", "Theirs is short."),
    ):
        kept, other = (
            blog(f"https://a.example/{chosen}"),
            blog(f"https://b.example/{chosen}"),
        )
        summarised(kept, "Ours is long.", "en", by=li)
        summarised(other, "Theirs is short.", "en", by=li)

        merge(kept, other, Choice(summaries={"en": chosen}))

        assert kept.summaries.get().body == expected


def test_a_highlight_stays_with_its_words():
    li = person("li")
    kept, other = blog("https://a.example/"), blog("https://b.example/")
    summarised(kept, "Ours is long.", "en")
    summarised(other, "Theirs is short.", "en")
    ours, theirs = highlight(kept, "long", by=li), highlight(other, "short", by=li)

    merge(kept, other)

    text = plain_texts(kept)["en"]
    for mark, words in ((ours, "long"), (theirs, "short")):
        mark.refresh_from_db()
        assert mark.entry == kept
        assert mark.orphaned_at is None
        assert text[mark.start : mark.end] == words


def test_the_further_of_two_marks_is_kept():
    li = person("li")
    kept, other = paper("2307.02486"), paper("2401.00001", "Other")
    reading.mark(kept, "toread", by=li, now=NOW)
    reading.mark(other, "read", by=li, now=NOW, version=2)
    reading.rate(other, 4, by=li, now=NOW)
    reading.star(kept, by=li, on=True, now=NOW)

    merge(kept, other)

    row = kept.readings.get()
    assert (row.state, row.read_version, row.rating, row.starred) == (
        "read",
        2,
        4,
        True,
    )


def test_title_and_facts_are_taken_as_chosen():
    kept, other = blog("https://a.example/", "A"), blog("https://b.example/", "B")
    kept.blog.author, other.blog.author, other.blog.site = "Ann", "Bo", "B's site"
    kept.blog.save()
    other.blog.save()
    assert merging.differing(kept, other) == ["author"]

    merge(kept, other, Choice(title="other", facts={"author": "other"}))

    kept = Entry.objects.get(pk=kept.pk)
    assert (kept.title, kept.blog.author, kept.blog.site) == ("B", "Bo", "B's site")


def test_what_is_gone_or_the_same_is_not_merged():
    kept, other = paper("2307.02486"), blog()
    bin.put_in([other.pk], by=None, now=NOW)

    with pytest.raises(NotMerged):
        merge(kept, other)
    with pytest.raises(NotMerged):
        merge(kept, kept)


def test_what_somebody_did_since_stays_when_it_is_undone():
    li = person("li")
    kept, other = paper("2307.02486", tags=["a"]), blog(title="LongNet post")
    starred(other, by=li)
    run = merge(kept, other, Choice(title="other"))
    entries.edit(kept, Wanted("Somebody's title", "paper", [], ["a"]), by=li)
    said = note(kept, "Written since", by=li)
    reading.mark(kept, "read", by=li, now=timezone.now())

    undo(run)

    kept = Entry.objects.get(pk=kept.pk)
    assert kept.title == "Somebody's title"
    assert kept.annotations.get() == said
    assert kept.readings.get().state == "read"
    assert Entry.objects.get(pk=other.pk).status == Status.LISTED


def test_undone_twice_is_once():
    run = merge(paper("2307.02486"), blog())

    assert undo(run) == undo(run)


MERGES = int(os.environ.get("MERGES", "12"))


def test_merged_and_undone_everything_is_as_it_was():
    chance = random.Random(7)  # noqa: S311 - nothing secret
    people = [person(name) for name in ("li", "wang", "zhao")]
    topics = [topic_at([name]) for name in ("A", "B", "C")]
    for number in range(MERGES):
        pair = some_pair(chance, number, people, topics)
        before = dump()
        chosen = Choice(
            title=chance.choice(["kept", "other"]),
            summaries={"en": chance.choice(["kept", "other", "both"])},
        )

        undo(merge(*pair, chosen, by=people[0]), people[1])

        assert dump() == before


def some_pair(chance, number, people, topics):
    """Two entries, each with some of what an entry can have."""
    made = [
        paper(f"2301.{number:05}", f"Paper {number}", topics=chance.sample(topics, 2)),
        blog(f"https://a.example/{number}", f"Post {number}", topics=topics[:1]),
    ]
    chance.shuffle(made)
    for at, entry in enumerate(made):
        entries.tag(entry, chance.sample(["x", "y", "z", "长文本"], 2))
        if chance.random() < 0.7:
            body = f"One short line, and a quote {number}-{at}.\n\nMore of it."
            summaries.save(entry, "en", body, base=0, by=people[at], now=NOW)
            mark = highlight(entry, "quote", by=people[2])
            reply(mark, "Indeed", by=people[at])
        if chance.random() < 0.5:
            summaries.save(entry, "zh", f"中文 {at}", base=0, by=people[at], now=NOW)
        if chance.random() < 0.5:
            followed(entry, by=people[0])
            note(entry, "Said of it", by=people[1], visibility="team")
        if chance.random() < 0.5:
            starred(entry, by=people[1])
        address = chance.choice(["https://github.com/a/b", f"https://c.example/{at}"])
        resources.add(entry, address, "", "", by=people[0], now=NOW)
    return made
