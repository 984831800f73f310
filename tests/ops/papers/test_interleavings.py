"""Whatever a refresh or a harvest comes between, what people wrote stays."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from random import Random
from threading import Event

import pytest
from django.db import connections

from kb.arxiv.records import Reply
from kb.models import Entry, Paper
from kb.ops import annotations, entries, papers, summaries
from kb.ops.acting import acting
from kb.ops.entries import Seen, Wanted
from kb.ops.errors import Busy
from kb.ops.papers.harvesting import keep_records
from tests.factories import NOW, paper, person, topic_at
from tests.ops.papers.said import ID, atom, raw

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 500


@pytest.fixture
def threads():
    """Two threads, each with a connection to the database of its own."""
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        yield one, other
        for thread in (one, other):
            thread.submit(connections.close_all).result()


def test_five_hundred_times_a_member_writes_while_a_job_does(threads):
    worker, desk = threads
    li, topics = person(), [topic_at([name]) for name in "ABC"]
    entry = paper(ID, title="")
    random = Random(4)  # noqa: S311
    body, base = "", 0

    for at in range(TIMES):
        wanted = Wanted(
            f"题目 {at}" if random.random() < 0.5 else entry.title,
            "paper",
            topics=random.sample(topics, random.randint(0, 3)),
            tags=random.sample(["长文本", "agents", "rl"], random.randint(0, 3)),
        )
        Paper.objects.update(
            refresh_due_at=NOW,
            leased_until=None,
            title_from_arxiv=random.random() < 0.5,
        )
        body = f"总结 {at}" if at % 4 == 0 else body
        early, late = random.random() / 500, random.random() / 500
        machine = worker.submit(hear, at, random.random() < 0.5, early)
        member = desk.submit(write, entry, wanted, body, base, li, late)
        machine.result()
        base = member.result()

        kept = Entry.objects.get(pk=entry.pk)
        assert set(kept.topics.all()) == set(wanted.topics)
        assert set(kept.tags.names()) == set(wanted.tags)
        assert kept.summaries.get().body == body
        assert kept.annotations.filter(body=f"Note {body}").exists()
        assert kept.paper.abstract == f"Abstract {at}"
        if wanted.title != entry.title:
            assert (kept.title, kept.paper.title_from_arxiv) == (wanted.title, False)
        entry = kept


def hear(at, harvested, pause):
    """Take over what arXiv says, as a worker does, as often as it must."""
    said = {"title": f"Title {at}", "abstract": f"Abstract {at}", "version": at + 1}
    while not (batch := papers.claim(now=NOW)):
        pass  # the member holds the paper; a worker passes over it until next time
    time.sleep(pause)  # for the request
    while True:
        with suppress(Busy):
            if not harvested:
                reply = Reply(found={ID: atom(**said)})
                return papers.settle_all(batch, reply, by=None, now=NOW)
            with acting(None, "harvest from arXiv"):
                return keep_records([raw(**said)], (), now=NOW)


def write(entry, wanted, body, base, by, pause):
    """Edit, summarise and note, as a member does; return the summary's version."""
    seen = Seen(
        entry.title,
        {topic.pk for topic in entry.topics.all()},
        set(entry.tags.names()),
    )
    time.sleep(pause)
    entries.edit(entry, wanted, by=by, seen=seen)
    if entry.summaries.filter(body=body).exists():
        return base
    saved = summaries.save(entry, "zh", body, base=base, by=by, now=NOW)
    annotations.write(entry, f"Note {body}", "team", by=by, now=NOW)
    return saved.version


def test_a_job_gives_way_to_whoever_writes_the_same_in_another_order(threads):
    worker, desk = threads
    first, second = paper(ID, title=""), paper("2305.14705", title="")
    held, tried = Event(), Event()
    batch = papers.claim(now=NOW)
    reply = Reply(found={ID: atom(), "2305.14705": atom(id="2305.14705")})

    def write_second_then_first():
        with acting(None, "import"):
            entries.retitle(second, "乙")
            held.set()
            tried.wait(20)
            entries.retitle(first, "甲")

    def refresh():
        held.wait(20)
        try:
            papers.settle_all(batch, reply, by=None, now=NOW)
        finally:
            tried.set()

    writing, refreshing = desk.submit(write_second_then_first), worker.submit(refresh)

    with pytest.raises(Busy):
        refreshing.result()
    writing.result()
    assert {entry.title for entry in Entry.objects.all()} == {"甲", "乙"}
    assert papers.claim(now=NOW) == []
    assert len(papers.claim(now=NOW + timedelta(seconds=45))) == 2
