from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kb.arxiv.records import Record, Reply
from kb.models import Annotation, Paper
from kb.ops import annotations, papers, summaries
from kb.ops.errors import Outdated
from kb.text import anchors
from tests.factories import NOW, highlight, note, paper, person, reply, summarised

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=2027)

BODY = "用**指令微调**模型，代价 $O(n)$。\n\n指令要短，模型要大。"


@pytest.fixture
def li():
    return person()


def text(entry, language="zh"):
    return anchors.plain(entry.summaries.get(language=language).html)


def save(entry, body, language="zh"):
    base = entry.summaries.get(language=language).version
    summaries.save(entry, language, body, base=base, by=None, now=LATER)


def test_notes_move_with_the_summary(li):
    entry = summarised(paper(), BODY)
    kept = highlight(entry, "指令要短", by=li)

    save(entry, f"前面加一段新的话。\n\n{BODY}")

    kept.refresh_from_db()
    assert kept.orphaned_at is None
    assert text(entry)[kept.start : kept.end] == kept.exact == "指令要短"
    assert kept.prefix.endswith("代价 O(n)。\n")


def test_what_no_longer_fits_is_kept_and_comes_back_with_its_words(li):
    entry = summarised(paper(), BODY)
    kept = highlight(entry, "指令要短", by=li)
    answer = reply(kept, by=li)

    save(entry, "完全是另一篇文章，一个字也不留。")
    kept.refresh_from_db()
    assert (kept.orphaned_at, kept.exact) == (LATER, "指令要短")

    save(entry, "又是一篇，还是没有。")
    kept.refresh_from_db()
    assert kept.orphaned_at == LATER

    save(entry, BODY)
    kept.refresh_from_db()
    assert kept.orphaned_at is None
    assert text(entry)[kept.start : kept.end] == "指令要短"
    assert list(kept.replies.all()) == [answer]


def test_another_languages_notes_stay_where_they_are(li):
    entry = summarised(summarised(paper(), BODY), "Tune on instructions.", "en")
    english = highlight(entry, "instructions", by=li)

    save(entry, "另一篇。")

    english.refresh_from_db()
    assert (english.orphaned_at, english.start) == (None, 8)


def test_notes_outlive_the_summary_and_meet_it_again(li):
    entry = summarised(paper(), BODY)
    kept = highlight(entry, "指令要短", by=li)
    whole = note(entry, by=li)

    summaries.delete(entry.summaries.get(), by=li, now=LATER)

    kept.refresh_from_db()
    whole.refresh_from_db()
    assert (kept.orphaned_at, whole.orphaned_at) == (LATER, None)
    assert not entry.summaries.exists()

    summarised(entry, f"新写的。\n\n{BODY}")
    kept.refresh_from_db()
    assert kept.orphaned_at is None


def test_notes_move_with_the_abstract_arxiv_has(li):
    entry = paper()
    rest = "Dilated attention works & scales to a billion tokens at no loss."
    refresh(entry, f"Transformers are slow. {rest}")
    kept = highlight(entry, "works & scales", by=li)
    gone = highlight(entry, "Transformers are slow", by=li)

    refresh(entry, f"Today: {rest}")

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.start, kept.orphaned_at) == (25, None)
    assert gone.orphaned_at == LATER


def refresh(entry, abstract):
    """Let arXiv tell of the paper."""
    record = Record(
        id="2307.02486",
        version=1,
        title="LongNet",
        abstract=abstract,
        authors=(),
        categories=(),
        primary_category="",
        published=NOW,
        updated=NOW,
    )
    reply_of_arxiv = Reply(found={"2307.02486": record})
    papers.settle_all([Paper.objects.get()], reply_of_arxiv, by=None, now=LATER)


def test_saving_costs_the_same_for_any_number_of_notes(li, django_assert_num_queries):
    entry = summarised(paper(), "字。" * 30 + BODY)
    highlight(entry, "代价", by=li)
    save(entry, "一。" + "字。" * 30 + BODY)
    with django_assert_num_queries(30, exact=False) as few:
        save(entry, "二。" + "字。" * 31 + BODY)
    for n in range(12):
        highlight(entry, "指令微调", by=li, meaning="key", visibility="team")
        Annotation.objects.update(written_at=NOW.replace(year=2020 - n))

    with django_assert_num_queries(30, exact=False) as many:
        save(entry, "三。" + "字。" * 32 + BODY)

    assert Annotation.objects.count() == 13
    assert len(many) == len(few)


@pytest.mark.django_db(transaction=True)
def test_a_note_written_while_the_text_is_saved_is_where_its_words_are():
    li, entry = person(), summarised(paper(), BODY)
    together = Barrier(3)

    def at_once(act):
        together.wait(30)
        try:
            return act()
        except Outdated:
            return None
        finally:
            connection.close()

    acts = [
        lambda: save(entry, f"插入的一段话。\n\n{BODY}"),
        lambda: highlight(entry, "指令要短", by=li),
        lambda: annotations.reply(first, "yes", by=li, now=NOW),
    ]
    first = highlight(entry, "代价", by=li)
    with ThreadPoolExecutor(3) as threads:
        for each in [threads.submit(at_once, act) for act in acts]:
            each.result()

    there = text(entry)
    for kept in Annotation.objects.anchored():
        assert there[kept.start : kept.end] == kept.exact
    assert Annotation.objects.count() == 3
