import pytest

from kb.models import Annotation, Entry, Summary, Topic
from kb.models.acts import acts, of_entry, of_note, of_summary, of_topic, state
from kb.models.annotations import open_to
from kb.models.history import events
from kb.ops import annotations, entries, restoring, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.errors import Irretrievable, NotYours, Outdated, TopicExists
from kb.ops.topics import Words
from tests.factories import NOW, note, paper, person, topic_at

# Acts of one transaction have one time: to tell of them in order, each has its own.
pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = ["一", "  indented\n\n- 列表\n  - 内层\n", "$x^2$\t，末尾有空格  \n\nend", "四"]


@pytest.fixture
def li():
    return person()


def versions(rows):
    """The states of a thing, oldest first; and the newest."""
    every = acts(rows)
    states = [state(every, act.key) for act in reversed(every)]
    return states, states[-1]


def written(entry, by, *bodies):
    for body in bodies:
        base = getattr(entry.summaries.first(), "version", 0)
        summaries.save(entry, "zh", body, base=base, by=by, now=NOW)


def bring(entry, version, seen, by):
    restoring.summary(entry, "zh", version, seen=seen, by=by, now=NOW)


def test_each_of_the_last_twenty_texts_comes_back_to_the_byte(li):
    entry, wang = paper(), person("wang")
    bodies = [f"{TEXTS[number % 4]}{number}" for number in range(20)]
    written(entry, li, *bodies)
    then, _ = versions(of_summary(entry.pk, "zh"))

    for number, version in enumerate(then):
        _, seen = versions(of_summary(entry.pk, "zh"))
        bring(entry, version, seen, wang)

        kept = entry.summaries.get()
        assert kept.body.encode() == bodies[number].encode()
        assert kept.edited_by == wang

    last = events(Summary).objects.latest("pgh_id")
    assert last.version == 40
    assert last.pgh_context.metadata["user"] == wang.pk
    assert last.pgh_context.metadata["reason"] == "restore"


def test_a_text_an_import_left_comes_back_to_the_byte_too(li):
    entry = paper()
    summary = Summary(entry=entry, language="zh", version=0)
    summaries.fill(summary, "\r\n来自清单\r\n", by=None, now=NOW).save()
    written(entry, li, "改过")
    (first, _), seen = versions(of_summary(entry.pk, "zh"))

    bring(entry, first, seen, li)

    assert entry.summaries.get().body == "\r\n来自清单\r\n"


def test_nothing_is_restored_over_what_nobody_has_seen(li):
    entry = paper()
    written(entry, li, "一", "二")
    (first, _), seen = versions(of_summary(entry.pk, "zh"))
    written(entry, li, "三")

    with pytest.raises(Outdated):
        bring(entry, first, seen, li)

    assert entry.summaries.get().body == "三"


def test_restoring_what_is_there_makes_no_version(li):
    entry = paper()
    written(entry, li, "一")
    (only,), seen = versions(of_summary(entry.pk, "zh"))

    bring(entry, only, seen, li)

    assert events(Summary).objects.count() == 1


def test_a_deleted_summary_comes_back_and_its_numbers_go_on(li):
    entry = paper()
    written(entry, li, "一", "二")
    entry.summaries.all().delete()
    (_, second, gone), seen = versions(of_summary(entry.pk, "zh"))
    with pytest.raises(Irretrievable):
        bring(entry, gone, seen, li)

    bring(entry, second, seen, li)

    kept = entry.summaries.get()
    assert (kept.body, kept.version) == ("二", 3)
    with pytest.raises(Outdated):  # who began before it was deleted
        summaries.save(entry, "zh", "三", base=2, by=li, now=NOW)


def test_an_entry_gets_its_title_topics_and_tags_back(li):
    model, agent = topic_at(["Model"]), topic_at(["Agent"])
    entry = paper(title="旧题", topics=[model], tags=["MoE", "长文本"])
    entries.edit(entry, Wanted("新题", "paper", [agent], ["moe"]), by=li)
    (first, _), seen = versions(of_entry(entry.pk))

    restoring.entry(entry, first, seen=seen, by=person("wang"))

    kept = Entry.objects.get()
    assert kept.title == "旧题"
    assert set(kept.topics.all()) == {model}
    assert set(kept.tags.names()) == {"MoE", "长文本"}
    states, newest = versions(of_entry(entry.pk))
    assert restoring.stood(newest) == restoring.stood(states[0])


def test_an_entry_somebody_changed_since_stays_as_they_left_it(li):
    entry = paper(title="旧题")
    entries.edit(entry, Wanted("新题", "paper"), by=li)
    (first, _), seen = versions(of_entry(entry.pk))
    entries.edit(entry, Wanted("新题", "paper", [], ["theirs"]), by=li)

    with pytest.raises(Outdated):
        restoring.entry(entry, first, seen=seen, by=li)

    assert Entry.objects.get().title == "新题"
    assert set(entry.tags.names()) == {"theirs"}


def test_an_entry_does_not_go_back_to_a_topic_that_is_gone(li):
    entry = paper(topics=[topic_at(["Short-lived"])])
    entries.edit(entry, Wanted("LongNet", "paper"), by=li)
    topics.delete(Topic.objects.get(), by=li)
    (first, _), seen = versions(of_entry(entry.pk))

    with pytest.raises(Irretrievable, match="topic"):
        restoring.entry(entry, first, seen=seen, by=li)


def test_a_topic_gets_its_names_and_introduction_back_in_its_place(li):
    topic = topic_at(["Model", "moe"])
    first_words = Words("moe", "专家混合", "Mixture", "引言 $x$\n")
    topics.edit(topic, first_words, seen=Words("moe"), by=li)
    topics.edit(topic, Words("experts", "专家"), seen=first_words, by=li)
    topics.move(
        Topic.objects.get(pk=topic.pk), topic_at(["Agent"]), "last-child", by=li
    )
    (_made, described, *_), seen = versions(of_topic(topic.pk))

    restoring.topic(topic, described, seen=seen, by=person("wang"))

    kept = Topic.objects.get(pk=topic.pk)
    assert Words.of(kept) == first_words
    assert kept.address == "agent/moe"
    assert "<math" in kept.intro_html


def test_a_topic_does_not_take_a_name_that_is_given_by_now(li):
    topic = topic_at(["moe"])
    topics.edit(topic, Words("experts"), seen=Words("moe"), by=li)
    topic_at(["moe"])
    (first, _), seen = versions(of_topic(topic.pk))

    with pytest.raises(TopicExists):
        restoring.topic(topic, first, seen=seen, by=li)


def test_a_topic_somebody_changed_since_stays(li):
    topic = topic_at(["moe"])
    topics.edit(topic, Words("moe", intro="一"), seen=Words("moe"), by=li)
    (first, _), seen = versions(of_topic(topic.pk))
    topics.edit(topic, Words("moe", "专家", intro="一"), seen=Words("moe"), by=li)

    with pytest.raises(Outdated):
        restoring.topic(topic, first, seen=seen, by=li)


def test_a_note_gets_its_text_back_and_is_seen_by_whom_it_was(li):
    kept = note(paper(), "一 \n 二", by=li, visibility="team")
    annotations.edit(kept, "改", "private", base=1, by=li, now=NOW)
    (first, second), seen = versions(of_note(kept.pk, open_to(li)))

    restoring.note(kept_now(), first, seen=seen, by=li, now=NOW)

    assert (kept_now().body, kept_now().visibility) == ("一 \n 二", "private")
    with pytest.raises(Outdated):
        restoring.note(kept_now(), second, seen=seen, by=li, now=NOW)
    with pytest.raises(NotYours):
        restoring.note(kept_now(), first, seen=seen, by=person("wang"), now=NOW)


def kept_now():
    return Annotation.objects.get()
