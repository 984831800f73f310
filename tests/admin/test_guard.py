"""Curators' tables never save over what somebody else saved meanwhile."""

import pytest

from kb.models import Blog, Entry, Paper, Summary, Topic
from kb.models.history import events
from kb.ops import entries, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.topics import Words
from tests import filled
from tests.factories import NOW, blog, paper, person, topic_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def opened(client, row):
    """The address of a row's page, and what its form shows."""
    address = f"/admin/kb/{row._meta.model_name}/{row.pk}/change/"
    page = client.get(address)
    field = "base" if isinstance(row, Summary) else "before"
    form = page.context["adminform"].form
    selected = {
        name: form[name].value() for name in ("status", "kind") if name in form.fields
    }
    return address, {**filled.form(page, field), **selected}


def written(entry, body, base=0):
    return summaries.save(entry, "zh", body, base=base, by=None, now=NOW)


def test_a_summary_saved_meanwhile_is_put_together_with_the_curators(client, curator):
    entry = paper()
    written(entry, "开头。\n\n结尾。")
    address, form = opened(client, Summary.objects.get())
    written(entry, "开头。\n\n成员的结尾。", base=1)

    refused = client.post(address, {**form, "body": "编辑的开头。\n\n结尾。"})

    assert refused.status_code == 409
    assert Summary.objects.get().body == "开头。\n\n成员的结尾。"
    again = filled.form(refused)
    assert again["body"] == "编辑的开头。\n\n成员的结尾。"
    assert client.post(address, again).status_code == 302
    kept = Summary.objects.get()
    assert (kept.body, kept.version, kept.edited_by) == (again["body"], 3, curator)


def test_a_summary_added_where_one_is_by_now_is_put_together(client, curator):
    entry = paper()
    form = {"entry": entry.pk, "language": "zh", "body": "编辑的", "base": 0}
    written(entry, "成员的")

    refused = client.post("/admin/kb/summary/add/", {**form, "_save": "Save"})

    assert refused.status_code == 409
    again = filled.form(refused)
    assert again["body"] == "编辑的\n\n成员的"
    assert client.post("/admin/kb/summary/add/", again).status_code == 302
    assert Summary.objects.get().body == "编辑的\n\n成员的"


def test_choices_are_put_into_the_field_without_scripts(client, curator):
    entry = paper()
    written(entry, "一")
    address, form = opened(client, Summary.objects.get())
    written(entry, "二", base=1)
    refused = client.post(address, {**form, "body": "三"})
    chosen = {**filled.form(refused), "body-choice-0": "theirs", "combine": "1"}

    shown = client.post(address, chosen)

    assert shown.status_code == 200
    assert filled.form(shown)["body"] == "二"
    assert Summary.objects.get().version == 2


def test_what_others_changed_of_a_topic_stays(client, curator):
    topic = topic_at(["moe"])
    address, form = opened(client, topic)
    topics.edit(topic, Words("moe", intro="成员的"), seen=Words("moe"), by=person())

    client.post(address, {**form, "name_zh": "专家混合"})

    kept = Topic.objects.get()
    assert (kept.name_zh, kept.intro) == ("专家混合", "成员的")


def test_what_both_changed_of_a_topic_is_put_together(client, curator):
    topic = topic_at(["moe"])
    topics.edit(
        topic, Words("moe", intro="旧的开头。\n\n结尾。"), seen=Words("moe"), by=None
    )
    address, form = opened(client, topic)
    seen = Words("moe", intro="旧的开头。\n\n结尾。")
    theirs = Words("experts", "专家", intro="旧的开头。\n\n他的结尾。")
    topics.edit(topic, theirs, seen=seen, by=person())

    mine = {"name": "MoE", "intro": "我的开头。\r\n\r\n结尾。"}
    refused = client.post(address, {**form, **mine})

    assert refused.status_code == 409
    assert Words.of(Topic.objects.get()) == theirs
    again = filled.form(refused, "intro")
    assert again["name"] == "MoE experts"
    assert again["name_zh"] == "专家"
    assert again["intro"] == "我的开头。\n\n他的结尾。"
    assert client.post(address, {**again, "name": "MoE"}).status_code == 302
    kept = Words("MoE", "专家", intro="我的开头。\n\n他的结尾。")
    assert Words.of(Topic.objects.get()) == kept


def test_a_topic_deleted_meanwhile_is_not_brought_back(client, curator):
    topic = topic_at(["moe"])
    address, form = opened(client, topic)
    topics.delete(topic, by=None)

    client.post(address, {**form, "name": "MoE"})

    assert not Topic.objects.exists()


def test_what_others_changed_of_an_entry_stays(client, curator):
    entry = blog()
    address, form = opened(client, Blog.objects.get())
    entries.edit(entry, Wanted("成员的题", "blog", [], ["theirs"]), by=person())
    Blog.objects.update(author="Ann")

    client.post(address, {**form, "site": "example", "tags": "mine"})

    kept = Blog.objects.get()
    assert (kept.title, kept.site, kept.author) == ("成员的题", "example", "Ann")
    assert set(kept.tags.names()) == {"mine", "theirs"}


def test_another_title_is_shown_before_it_is_replaced(client, curator):
    entry = paper(title="旧题")
    address, form = opened(client, Paper.objects.get())
    entries.edit(entry, Wanted("成员的题", "paper", [], ["theirs"]), by=person())

    refused = client.post(address, {**form, "title": "编辑的题", "doi": "10.1/a"})

    assert "成员的题" in refused.content.decode()
    assert Entry.objects.get().title == "成员的题"
    again = filled.form(refused, "before")
    assert (again["title"], again["doi"]) == ("编辑的题", "10.1/a")
    assert again["tags"] == "theirs"
    client.post(address, {**again, "status": "listed"})
    kept = Paper.objects.get()
    assert (kept.title, kept.doi) == ("编辑的题", "10.1/a")


@pytest.mark.parametrize("before", ["", "forged"])
def test_a_form_that_does_not_say_what_it_began_from_saves_nothing(
    client, curator, before
):
    paper()
    address, form = opened(client, Paper.objects.get())

    response = client.post(address, {**form, "title": "T", "before": before})

    assert "does not say what it began from" in response.content.decode()
    assert Entry.objects.get().title == "LongNet"


def test_saving_an_entry_writes_nothing_that_was_left_alone(client, curator):
    entry = paper()
    address, form = opened(client, Paper.objects.get())
    count = events(Entry).objects.count()

    client.post(address, form)

    assert events(Entry).objects.count() == count
    assert Paper.objects.get().title == entry.title
