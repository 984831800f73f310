import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kb.models import Annotation, Entry, Summary, Topic
from kb.models.history import events
from kb.ops import annotations, entries, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.topics import Words
from tests.factories import NOW, note, paper, person, topic_at

pytestmark = pytest.mark.django_db
# Acts of one transaction have one time: to tell of them in order, each has its own.
in_order = pytest.mark.django_db(transaction=True)

SECRET = "金丝雀canary"


def written(entry, *bodies, by):
    for body in bodies:
        base = getattr(entry.summaries.first(), "version", 0)
        summaries.save(entry, "zh", body, base=base, by=by, now=NOW)


def staff(name="wang", *, curator=True, admin=False):
    """Somebody with rights; the flush after such tests takes the curators' group."""
    user = person(name)
    user.is_staff, user.is_superuser = curator or admin, admin
    user.save()
    return user


def address(name, *of):
    return reverse(f"kb:{name}", args=of)


def keys(client, url):
    """The versions a history tells of, newest first."""
    return [line.key for line in client.get(url).context["lines"]]


def restored(client, url, version, base=None):
    form = {"version": version, "base": base or keys(client, url)[0]}
    return client.post(url, form, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


@in_order
def test_a_summarys_history_says_who_wrote_what(client, member):
    entry = paper()
    written(entry, "旧的说法。" + "没有改动的句子。" * 40, by=person("wang"))
    written(entry, "新的说法。" + "没有改动的句子。" * 40, by=member)
    url = address("summary_history", entry.pk, "zh")

    assert url in client.get(entry.get_absolute_url()).content.decode()
    first, second = client.get(url).context["lines"]

    assert (first.who, first.why) == ("li", "wrote the summary")
    assert (second.who, [what.label for what in second.what]) == (
        "wang",
        ["Summary (中文)"],
    )
    told = [(piece.kind, piece.text) for piece in first.what[0].short]
    assert told[:2] == [("gone", "旧"), ("new", "新")]
    assert len(told[2][1]) < 100


@in_order
def test_an_entrys_history_tells_of_its_summaries(client, member):
    entry = paper()
    written(entry, "一", by=member)

    line = client.get(address("history", entry.pk)).context["lines"][0]

    assert line.why == "wrote the summary"
    assert [what.label for what in line.what] == ["Summary (中文)"]


@in_order
@pytest.mark.parametrize("view", ["", "sides"])
def test_any_two_versions_are_compared(client, member, view):
    entry = paper()
    written(entry, "大模型很慢", "大模型快", "小模型快", by=member)
    url = address("summary_history", entry.pk, "zh")
    newest, _, oldest = keys(client, url)

    response = client.get(url, {"old": oldest, "new": newest, "view": view})

    (what,) = response.context["what"]
    assert "".join(piece.text for piece in what.old) == "大模型很慢"
    assert "".join(piece.text for piece in what.new) == "小模型快"
    assert len(response.context["versions"]) == 3
    assert response.content.decode().count("<del>") == len(
        [piece for piece in what.pieces if piece.kind == "gone"]
    )
    backwards = client.get(url, {"old": newest, "new": oldest})
    assert backwards.context["what"][0].text == "大模型很慢"


@in_order
def test_a_version_is_compared_with_the_newest_where_no_other_is_named(client, member):
    entry = paper()
    written(entry, "一", "二", by=member)
    url = address("summary_history", entry.pk, "zh")
    newest, oldest = keys(client, url)

    response = client.get(url, {"old": oldest})

    assert response.context["new"] == newest
    assert "say the same" in client.get(url, {"old": newest}).content.decode()


@pytest.mark.parametrize("named", [{"old": "1"}, {"new": "x"}, {"old": "1-2"}])
def test_a_version_that_never_was_is_not_found(client, member, named):
    entry = paper()
    written(entry, "一", by=member)
    url = address("summary_history", entry.pk, "zh")

    assert client.get(url, named).status_code == 404
    assert client.post(url, {"version": "1", "base": "1"}).status_code == 404


@in_order
def test_two_states_of_an_entry_are_compared_as_a_whole(client, member):
    model, agent = topic_at(["Model"]), topic_at(["Agent"])
    entry = paper(title="旧题", topics=[model], tags=["moe"])
    entries.edit(entry, Wanted("新题", "paper", [agent], ["moe"]), by=member)
    written(entry, "一", by=member)
    url = address("history", entry.pk)

    response = client.get(url, {"old": keys(client, url)[-1]})

    assert [what.label for what in response.context["what"]] == [
        "Title",
        "Summary (中文)",
        "Topics",
    ]


@in_order
def test_a_member_brings_a_summary_back_with_one_button(client, member):
    entry = paper()
    written(entry, "一\n\n- 二\n", "三", by=person("wang"))
    url = address("summary_history", entry.pk, "zh")

    assert client.get(url).content.decode().count("Restore this version") == 1

    page = restored(client, url, keys(client, url)[-1])

    assert said(page) == ["That version is back, as a new one."]
    kept = Summary.objects.get()
    assert (kept.body, kept.version, kept.edited_by) == ("一\n\n- 二", 3, member)
    assert page.context["lines"][0].why == "restored an earlier version"


@in_order
def test_nothing_comes_back_over_what_the_page_did_not_show(client, member):
    entry = paper()
    written(entry, "一", "二", by=member)
    url = address("summary_history", entry.pk, "zh")
    newest, oldest = keys(client, url)
    written(entry, "三", by=person("wang"))

    page = restored(client, url, oldest, base=newest)

    assert "Nothing was restored: look at what is new" in said(page)[0]
    assert Summary.objects.get().body == "三"


@in_order
def test_a_deleted_summary_has_a_history_and_comes_back(client, member):
    entry = paper()
    written(entry, "一", by=member)
    summaries.delete(Summary.objects.get(), by=member, now=NOW)
    url = address("summary_history", entry.pk, "zh")
    gone, first = keys(client, url)

    assert said(restored(client, url, gone)) == [
        "In that version it was deleted: there is no text. Nothing was restored."
    ]
    restored(client, url, first)

    assert Summary.objects.get().body == "一"


@in_order
def test_a_member_brings_an_entry_back(client, member):
    entry = paper(title="旧题", tags=["moe"])
    entries.edit(entry, Wanted("新题", "paper"), by=person("wang"))
    written(entry, "一", "二", by=member)
    url = address("history", entry.pk)
    assert client.get(url).content.decode().count("Restore this version") == 2

    restored(client, url, keys(client, url)[-1])

    kept = Entry.objects.get()
    assert (kept.title, set(kept.tags.names())) == ("旧题", {"moe"})
    line = client.get(url).context["lines"][0]
    assert (line.who, line.why) == ("li", "restored an earlier version")


@in_order
def test_curators_bring_topics_back_and_members_do_not(client, member):
    topic = topic_at(["moe"])
    topics.edit(topic, Words("MoE", "专家"), seen=Words("moe"), by=None)
    url = address("topic_history", topic.pk)
    oldest = keys(client, url)[-1]
    assert "Restore" not in client.get(url).content.decode()

    refused = client.post(url, {"version": oldest, "base": oldest})
    assert refused.status_code == 403
    client.force_login(staff())
    assert "Restore this version" in client.get(url).content.decode()
    restored(client, url, oldest)

    assert Words.of(Topic.objects.get()) == Words("moe")


@in_order
def test_a_topic_that_is_gone_has_a_history_and_a_name(client, member):
    topic = topic_at(["Short-lived"])
    pk = topic.pk
    topics.delete(topic, by=member)

    page = client.get(address("topic_history", pk))

    assert "Short-lived" in page.content.decode()
    assert [line.why for line in page.context["lines"]] == [
        "deleted the topic",
        "made the topic",
    ]
    assert client.get(address("topic_history", 10**6)).status_code == 404


def test_what_moving_a_neighbour_did_to_a_topic_is_no_line(client, member):
    first, second = topic_at(["first"]), topic_at(["second"])
    url = address("topic_history", second.pk)
    before = keys(client, url)

    topics.move(first, second, "right", by=member)

    assert keys(client, url) == before


@in_order
def test_an_author_brings_their_note_back(client, member):
    kept = note(paper(), "一", by=member, visibility="team")
    annotations.edit(kept, "二", "team", base=1, by=member, now=NOW)
    url = address("note_history", kept.pk)

    assert "Restore this version" in client.get(url).content.decode()
    restored(client, url, keys(client, url)[-1])

    assert Annotation.objects.get().body == "一"
    client.force_login(staff())
    assert "Restore" not in client.get(url).content.decode()
    assert client.post(url, {"version": "x", "base": "y"}).status_code == 404


# --- What nobody may learn ----------------------------------------------------


def everything(client, url, versions=()):
    """All that somebody is answered at a history's address."""
    asked = [{}, *({"old": key, "new": key} for key in versions)]
    answers = [client.get(url, query) for query in asked]
    answers += [client.post(url, {"version": key, "base": key}) for key in versions]
    return answers


@in_order
@pytest.mark.parametrize("rights", [{}, {"curator": True}, {"admin": True}])
def test_a_private_notes_history_is_its_writers_alone(client, member, rights):
    kept = note(paper(), SECRET, by=member)
    annotations.edit(kept, f"{SECRET} 二", "private", base=1, by=member, now=NOW)
    url = address("note_history", kept.pk)
    versions = keys(client, url)
    assert SECRET in client.get(url).content.decode()
    assert SECRET in client.get(url, {"old": versions[-1]}).content.decode()

    client.force_login(staff(**{"curator": False, **rights}))
    told = everything(client, url, versions)
    told += everything(client, address("history", kept.entry_id))

    assert {answer.status_code for answer in told[:-1]} == {404}
    assert not any(SECRET in answer.content.decode() for answer in told)


@in_order
def test_what_a_note_said_while_it_was_private_stays_its_writers(client, member):
    kept = note(paper(), SECRET, by=member)
    annotations.edit(kept, "公开的", "team", base=1, by=member, now=NOW)
    url = address("note_history", kept.pk)
    newest, oldest = keys(client, url)

    client.force_login(staff(admin=True))

    page = client.get(url)
    assert page.status_code == 200
    assert [line.key for line in page.context["lines"]] == [newest]
    assert SECRET not in page.content.decode()
    assert client.get(url, {"old": oldest}).status_code == 404


@in_order
def test_a_note_made_private_takes_its_history_along(client, member):
    kept = note(paper(), SECRET, by=member, visibility="team")
    annotations.edit(kept, "二", "private", base=1, by=member, now=NOW)

    client.force_login(person("wang"))

    assert client.get(address("note_history", kept.pk)).status_code == 404


@in_order
@pytest.mark.parametrize(
    ("visibility", "curator", "status"),
    [("team", True, 200), ("team", False, 404), ("private", True, 404)],
)
def test_who_sees_what_became_of_a_deleted_note(
    client, member, visibility, curator, status
):
    kept = note(paper(), SECRET, by=member, visibility=visibility)
    url = address("note_history", kept.pk)
    annotations.delete(kept, by=member, now=NOW)
    assert SECRET in client.get(url).content.decode()

    client.force_login(staff(curator=curator))
    answer = client.get(url)

    assert answer.status_code == status
    assert (SECRET in answer.content.decode()) == (status == 200)


@in_order
def test_a_stub_keeps_its_words_from_who_may_not_see_them(client, member):
    kept = note(paper(), SECRET, by=member, visibility="team")
    annotations.reply(kept, "一", by=person("wang"), now=NOW)
    annotations.delete(kept, by=member, now=NOW)
    url = address("note_history", kept.pk)

    assert SECRET in client.get(url).content.decode()
    client.force_login(person("zhao"))
    assert client.get(url).status_code == 404
    client.force_login(staff("wu"))
    assert SECRET in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["history", "summary_history", "note_history"])
def test_readers_without_account_see_no_history(client, settings, name):
    settings.READABLE_BY = "everyone"
    kept = note(paper(), by=person(), visibility="team")
    of = {
        "history": [kept.entry_id],
        "summary_history": [kept.entry_id, "zh"],
        "note_history": [kept.pk],
    }

    response = client.get(address(name, *of[name]))

    assert response["Location"].startswith("/account/login/")
    topic = topic_at(["moe"])
    assert "/history/" not in client.get(topic.get_absolute_url()).content.decode()


# --- What it costs ------------------------------------------------------------


@in_order
def test_queries_do_not_grow_with_versions(client, member):
    entry, topic = paper(), topic_at(["moe"])
    kept = note(entry, "0", by=member, visibility="team")
    places = [
        address("summary_history", entry.pk, "zh"),
        address("topic_history", topic.pk),
        address("note_history", kept.pk),
    ]

    def grow(start, count):
        for number in range(start, start + count):
            by = person(f"wu{number}")
            written(entry, f"{number}", by=by)
            seen = Words.of(Topic.objects.get())
            topics.edit(topic, Words("moe", f"{number}"), seen=seen, by=by)
            base = Annotation.objects.get().version
            annotations.edit(kept, f"{number}!", "team", base=base, by=member, now=NOW)

    grow(1, 2)
    for url in places:
        client.get(url)
    before = {url: len(asked(client, url)) for url in places}
    both = {url: len(asked(client, url, {"new": ""})) for url in places}
    grow(10, 6)

    assert {url: len(asked(client, url)) for url in places} == before
    assert {url: len(asked(client, url, {"new": ""})) for url in places} == both
    assert max(before.values()) < 20


def asked(client, url, query=None):
    """The queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        client.get(url, query or {})
    return captured.captured_queries


@in_order
def test_old_lines_are_on_later_pages(client, member):
    entry = paper()
    written(entry, *(f"{number}" for number in range(33)), by=member)
    url = address("summary_history", entry.pk, "zh")

    assert len(keys(client, url)) == 30
    assert len(keys(client, f"{url}?page=2")) == 3
    assert events(Summary).objects.count() == 33


@in_order
def test_long_texts_are_compared_where_one_asks_for_it(client, member):
    entry = paper()
    long = "很长的一段话。" * 2000
    written(entry, f"{long}旧", f"{long}新", by=member)
    url = address("summary_history", entry.pk, "zh")

    page = client.get(url)

    newest, oldest = page.context["lines"]
    assert newest.what[0].text == "Too long to be compared here."
    query = f"?old={oldest.key}&new={newest.key}"
    assert query in page.content.decode()
    (what,) = client.get(url + query).context["what"]
    assert [piece.text for piece in what.pieces[1:]] == ["旧", "新"]
