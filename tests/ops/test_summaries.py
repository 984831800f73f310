from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from kb.models import Summary
from kb.models.history import events
from kb.ops import summaries
from kb.ops.errors import NoText, Outdated
from kb.text import markdown
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.django_db


def save(entry, body, base=0, language="zh", by=None):
    return summaries.save(entry, language, body, base=base, by=by, now=NOW)


def test_the_rendered_text_is_kept_beside_the_source():
    summary = save(paper(), "代价只有 $O(n)$。")

    assert summary.version == 1
    assert "<math" in summary.html
    assert summary.excerpt.startswith("代价只有")


def test_one_in_each_language():
    entry = paper()
    save(entry, "中文")
    save(entry, "English", language="en")

    assert set(entry.summaries.values_list("language", "body")) == {
        ("zh", "中文"),
        ("en", "English"),
    }


def test_saving_over_a_newer_version_is_refused_and_shows_it():
    entry = paper()
    save(entry, "first")
    save(entry, "second", base=1)

    with pytest.raises(Outdated) as refusal:
        save(entry, "third", base=1)
    assert refusal.value.current.body == "second"
    assert entry.summaries.get().body == "second"


def test_a_second_first_summary_is_refused():
    entry = paper()
    save(entry, "mine")

    with pytest.raises(Outdated):
        save(entry, "theirs", base=0)


def test_saving_the_same_text_changes_nothing():
    entry = paper()
    save(entry, "same")

    assert save(entry, "same", base=0).version == 1


@pytest.mark.parametrize("body", ["", "   \n\t", "\n\n"])
def test_a_summary_says_something(body):
    with pytest.raises(NoText):
        save(paper(), body)


def test_a_summary_over_the_limit_is_refused():
    with pytest.raises(markdown.TooLong):
        save(paper(), "长" * markdown.MAX_BYTES)


def test_the_database_refuses_a_summary_without_text():
    save(paper(), "text")

    with pytest.raises(IntegrityError, match="has_text"), transaction.atomic():
        Summary.objects.update(body=" \n")


def test_every_version_is_in_the_history_with_its_writer():
    entry, li, wang = paper(), person("li"), person("wang")
    save(entry, "一", by=li)
    save(entry, "二", base=1, by=wang)

    rows = events(Summary).objects.order_by("pgh_id")
    told = [(row.body, row.pgh_context.metadata["user"]) for row in rows]
    assert told == [("一", li.pk), ("二", wang.pk)]


@pytest.mark.django_db(transaction=True)
def test_no_text_is_lost_when_many_write_at_once():
    entry, saved, refused = paper(), [], []

    def write(name):
        for n in range(12):
            base = getattr(entry.summaries.first(), "version", 0)
            try:
                saved.append(save(entry, f"{name} {n}", base=base).body)
            except Outdated:
                refused.append(f"{name} {n}")
        connection.close()

    writers = [Thread(target=write, args=[name]) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    kept = events(Summary).objects.values_list("body", flat=True)
    assert len(saved) + len(refused) == 48
    assert sorted(kept) == sorted(saved)
