"""Tags are one for each thing, whatever people call it."""

import pytest
from django.utils import timezone
from taggit.models import Tag

from kb.models import Entry, TagAlias
from kb.models.runs import Outcome
from kb.ops import entries, tags, undoing
from kb.ops.errors import TagExists
from kb.ops.imports.run import import_list
from tests.factories import NOW, blog, paper, person

pytestmark = pytest.mark.django_db


def tagged(number, *names):
    there = blog(f"https://a.example/{number}")
    entries.tag(there, names)
    return there


def tag(name):
    return Tag.objects.get(name=name)


def said():
    """Every tag with its entries and other names."""
    return {
        (one.pk, one.name, one.slug): (
            sorted(one.tagged.values_list("content_object", flat=True)),
            sorted(one.aliases.values_list("name", flat=True)),
        )
        for one in Tag.objects.all()
    }


def test_merged_tags_are_one_on_every_entry_and_undone_they_are_not():
    wang = person("wang", curator=True)
    both, long, zh = (
        tagged(1, "RLHF", "rl-hf"),
        tagged(2, "rl-hf"),
        tagged(3, "人类反馈"),
    )
    before = said()

    run = tags.merge(tag("RLHF"), [tag("rl-hf"), tag("人类反馈")], by=wang, now=NOW)

    for there in (both, long, zh):
        assert list(there.tags.names()) == ["RLHF"]
    assert set(TagAlias.objects.values_list("name", flat=True)) == {"rl-hf", "人类反馈"}

    done = undoing.undo(run, by=wang, clock=timezone.now)
    assert done.outcome == Outcome.DONE, done.problem
    assert said() == before


def test_another_name_files_under_the_tag():
    wang = person("wang", curator=True)
    tagged(1, "RLHF")
    tags.add_name(tag("RLHF"), "人类反馈强化学习", by=wang, now=NOW)

    there = paper(tags=["人类反馈强化学习", "rlhf", "other"])

    assert sorted(there.tags.names()) == ["RLHF", "other"]


def test_an_imported_list_is_filed_under_the_tag_as_well():
    wang = person("wang", curator=True)
    tagged(1, "RLHF")
    tags.add_name(tag("RLHF"), "人类反馈", by=wang, now=NOW)
    text = "# paper\n\n- [Some paper](https://arxiv.org/abs/2301.00001)\n"
    text += "  <!-- tags: 人类反馈 -->\n"

    for _ in range(2):
        report = import_list(text, name="l", by=wang, now=NOW)

    there = Entry.objects.get(title="Some paper")
    assert list(there.tags.names()) == ["RLHF"]
    assert report.counts["updated"] == 0


def test_a_renamed_tag_is_still_known_by_its_old_name():
    wang = person("wang", curator=True)
    there = tagged(1, "long context")
    before = said()

    run = tags.rename(tag("long context"), "long-context", by=wang, now=NOW)

    assert list(there.tags.names()) == ["long-context"]
    assert list(tagged(2, "Long Context").tags.names()) == ["long-context"]
    Entry.objects.filter(url="https://a.example/2").delete()
    undoing.undo(run, by=wang, clock=timezone.now)
    assert said() == before


@pytest.mark.parametrize("name", ["b", "B", "beta", "🔥", ""])
def test_a_name_is_one_tags_alone(name):
    wang = person("wang", curator=True)
    tagged(1, "a", "b")
    tags.add_name(tag("b"), "beta", by=wang, now=NOW)

    for refused in (tags.rename, tags.add_name):
        with pytest.raises(TagExists):
            refused(tag("a"), name, by=wang, now=NOW)


def test_unused_tags_go_and_come_back():
    wang = person("wang", curator=True)
    there = tagged(1, "kept", "gone")
    entries.tag(there, ["kept"])

    run = tags.delete_unused(by=wang, now=NOW)

    assert list(Tag.objects.values_list("name", flat=True)) == ["kept"]
    undoing.undo(run, by=wang, clock=timezone.now)
    assert set(Tag.objects.values_list("name", flat=True)) == {"kept", "gone"}


def test_a_dropped_name_is_a_tag_of_its_own_again():
    wang = person("wang", curator=True)
    tagged(1, "RLHF")
    tags.add_name(tag("RLHF"), "feedback", by=wang, now=NOW)

    tags.drop_name(TagAlias.objects.get(), by=wang, now=NOW)

    assert list(tagged(2, "feedback").tags.names()) == ["feedback"]
