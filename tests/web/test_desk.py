"""The desk: what curators see of what waits, and do to many things at once."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import tasks
from kb.models import AuditLine, Chore, Entry, Run, Topic
from kb.models.audit import Act
from kb.models.entries import Status
from kb.models.runs import Outcome
from kb.ops import bin as bins
from kb.ops import merging, runs
from kb.ops.merging import Choice
from tests.factories import (
    NOW,
    blog,
    note,
    paper,
    person,
    summarised,
    topic_at,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return person("wang", curator=True)


@pytest.fixture
def desk(wang):
    client = Client()
    client.force_login(wang)
    return client


@pytest.fixture
def member():
    client = Client()
    client.force_login(person("li"))
    return client


def waiting(number=1):
    made = [
        blog(f"https://a.example/{at}", f"Post {at}", by=None) for at in range(number)
    ]
    Entry.objects.filter(pk__in=[one.pk for one in made]).update(status=Status.INBOX)
    return made


def text(response):
    return response.content.decode()


def undo_button(response):
    """The address that the message on a page undoes its act at."""
    page = text(response)
    marked = page.split('<form method="post" action="')
    found = [part.split('"')[0] for part in marked if part.startswith("/runs/")]
    return found[-1]  # of the messages, the newest


# --- The bin ------------------------------------------------------------------


def test_binned_restored_and_nothing_lost(desk, wang):
    there = paper(tags=["a"])

    page = desk.post(
        reverse("kb:put_in_bin", args=[there.pk]), {"why": "Twice"}, follow=True
    )
    assert "Twice" in text(page)
    assert desk.get(there.get_absolute_url()).status_code == 410

    page = desk.post(reverse("kb:restore", args=[there.pk]), follow=True)
    assert page.status_code == 200
    assert Entry.objects.listed().get() == there


def test_who_adds_what_is_in_the_bin_is_led_there(desk, wang):
    there = paper("2307.02486")
    bins.put_in([there.pk], by=wang, now=timezone.now())

    page = desk.post(reverse("kb:add"), {"text": "2307.02486"}, follow=True)

    assert page.status_code == 410
    assert reverse("kb:restore", args=[there.pk]) in text(page)


def test_members_are_told_and_strangers_are_not(member, wang, settings):
    settings.READABLE_BY = "everyone"
    there = paper()
    bins.put_in([there.pk], by=wang, now=timezone.now(), why="Private reasons")

    page = member.get(there.get_absolute_url())
    assert page.status_code == 410
    assert "Private reasons" in text(page)
    assert "Restore it" not in text(page)
    assert Client().get(there.get_absolute_url()).status_code == 404


def test_nothing_can_be_done_to_what_is_in_the_bin(member, wang):
    there = paper()
    bins.put_in([there.pk], by=wang, now=NOW)

    for name, said in (("kb:star", {"on": "1"}), ("kb:note_add", {"body": "x"})):
        assert member.post(reverse(name, args=[there.pk]), said).status_code == 404


def test_the_admin_deletes_into_the_bin():
    there, admin = paper(), Client()
    admin.force_login(person("boss", admin=True))

    admin.post(reverse("admin:kb_paper_delete", args=[there.pk]), {"post": "yes"})

    assert Entry.objects.get(pk=there.pk).status == Status.BINNED


# --- Merging ------------------------------------------------------------------


def test_two_are_merged_as_chosen_and_made_two_again(desk):
    kept, other = blog("https://a.example/", "A"), blog("https://b.example/", "B")
    summarised(kept, "Ours", "en")
    summarised(other, "Theirs", "en")
    address = reverse("kb:merge", args=[kept.pk])

    page = desk.get(address, {"other": other.get_absolute_url()})
    assert "Theirs" in text(page)

    said = {"other": other.pk, "title": "other", "summary_en": "other"}
    page = desk.post(address, said, follow=True)
    kept.refresh_from_db()
    assert kept.title == "B"
    assert kept.summaries.get().body == "Theirs"
    assert desk.get(other.get_absolute_url()).headers["Location"] == (
        kept.get_absolute_url()
    )

    desk.post(undo_button(page))
    kept.refresh_from_db()
    assert kept.title == "A"
    assert desk.get(other.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    "named", ["99999", "no such thing", "\0", "https://no.example/"]
)
def test_another_entry_that_is_none_is_asked_for_again(desk, named):
    kept = paper()

    page = desk.get(reverse("kb:merge", args=[kept.pk]), {"other": named})

    assert page.status_code == 200
    assert "no other entry" in text(page)


def test_an_entry_is_found_by_what_people_paste(desk):
    kept, other = paper("2307.02486"), paper("2401.00001", "Other")

    for named in (
        "2401.00001",
        "https://arxiv.org/abs/2401.00001v2",
        str(other.pk),
        f"http://testserver{other.get_absolute_url()}",
    ):
        page = desk.get(reverse("kb:merge", args=[kept.pk]), {"other": named})
        assert "Make these one?" in text(page), named


def test_private_notes_are_not_counted_for_curators(desk):
    li = person("li")
    kept, other = paper(), blog()
    note(other, "Mine alone", by=li)

    page = desk.get(reverse("kb:merge", args=[kept.pk]), {"other": other.pk})

    assert "1 note" not in text(page)


# --- Review -------------------------------------------------------------------


def test_one_after_the_other(desk):
    first, second = waiting(2)
    address = reverse("kb:review")

    page = desk.get(address)
    assert "Post 0" in text(page).split("All that waits")[0]

    form = page.context["form"]
    said = {
        "entry": first.pk,
        "next": second.pk,
        "title": "A better title",
        "tags": "x",
        "before": form.initial["before"],
        "accept": "",
    }
    page = desk.post(address, said, follow=True)

    first.refresh_from_db()
    assert (first.status, first.title) == (Status.LISTED, "A better title")
    assert list(first.tags.names()) == ["x"]
    assert "Post 1" in text(page).split("All that waits")[0]


def test_many_are_accepted_or_declined_at_once(desk):
    made = waiting(4)
    keys = [one.pk for one in made]

    desk.post(reverse("kb:review"), {"entry": keys[:2], "many": "accept"})
    desk.post(reverse("kb:review"), {"entry": keys[2:], "decline": "many", "why": "No"})

    assert Entry.objects.listed().count() == 2
    assert set(Entry.objects.binned().values_list("away_why", flat=True)) == {"No"}


def test_a_title_that_is_missing_is_asked_for(desk):
    (there,) = waiting()

    page = desk.post(reverse("kb:review"), {"entry": there.pk, "title": ""})

    assert page.status_code == 422
    there.refresh_from_db()
    assert there.status == Status.INBOX


def test_the_number_of_queries_does_not_grow(desk, django_assert_max_num_queries):
    waiting(2)
    desk.get(reverse("kb:review"))
    with django_assert_max_num_queries(24):
        desk.get(reverse("kb:review"))
    waiting_more = [blog(f"https://b.example/{n}", f"More {n}") for n in range(20)]
    Entry.objects.filter(pk__in=[one.pk for one in waiting_more]).update(
        status=Status.INBOX
    )
    with django_assert_max_num_queries(24):
        desk.get(reverse("kb:review"))


# --- The tree -----------------------------------------------------------------


def test_topics_are_created_moved_and_put_back(desk):
    above, below = topic_at(["A"]), topic_at(["B"])
    address = reverse("kb:tree")

    desk.post(address, {"name": "C", "parent": above.pk})
    assert Topic.objects.get(name="C").address == "a/c"

    said = {"move": 1, "topic": below.pk, "target": above.pk, "place": "last-child"}
    page = desk.post(address, said, follow=True)
    assert Topic.objects.get(pk=below.pk).address == "a/b"

    desk.post(undo_button(page))
    assert Topic.objects.get(pk=below.pk).address == "b"


def test_a_topic_is_reworded_merged_split_and_deleted(desk):
    one, other = topic_at(["One"]), topic_at(["Other"])
    first, second = (
        blog(f"https://a.example/{at}", f"P{at}", topics=[one]) for at in range(2)
    )
    address = reverse("kb:topic_desk", args=[one.pk])

    start = desk.get(address).context["form"].initial
    desk.post(address, start | {"words": 1, "name_zh": "一", "intro": "**Read** this"})
    one.refresh_from_db()
    assert (one.name_zh, "<strong>" in one.intro_html) == ("一", True)

    desk.post(address, {"split": 1, "name": "Half", "entry": [first.pk]})
    half = Topic.objects.get(name="Half")
    assert list(half.entries.all()) == [first]

    desk.post(address, {"merge": 1, "target": other.pk})
    assert not Topic.objects.filter(name="One").exists()
    assert list(other.entries.all()) == [second]
    page = desk.get("/topics/one/")
    assert page.headers["Location"] == other.get_absolute_url()

    empty = topic_at(["Empty"])
    desk.post(reverse("kb:topic_desk", args=[empty.pk]), {"delete": 1})
    assert not Topic.objects.filter(pk=empty.pk).exists()


def test_what_another_curator_wrote_meanwhile_is_not_lost(desk, wang):
    topic = topic_at(["One"])
    address = reverse("kb:topic_desk", args=[topic.pk])
    start = desk.get(address).context["form"].initial
    desk.post(address, start | {"words": 1, "name_en": "Theirs"})

    page = desk.post(address, start | {"words": 1, "name_en": "Ours"})

    assert page.status_code == 409
    topic.refresh_from_db()
    assert topic.name_en == "Theirs"
    assert "Ours" in text(page)


@pytest.mark.parametrize(
    "said",
    [
        {"move": 1, "topic": "x", "target": "y", "place": "left"},
        {"move": 1, "topic": "1" * 40, "target": "2", "place": "left"},
        {"move": 1, "place": "inside"},
    ],
)
def test_nonsense_moves_nothing(desk, said):
    topic_at(["A"])

    assert desk.post(reverse("kb:tree"), said).status_code == 404


# --- Many ---------------------------------------------------------------------


def test_many_are_changed_and_put_back(desk):
    keys = [blog(f"https://a.example/{at}", f"P{at}").pk for at in range(3)]

    page = desk.post(
        reverse("kb:bulk"),
        {"keys": ",".join(map(str, keys)), "add_tags": "x", "status": "archived"},
        follow=True,
    )
    assert Entry.objects.filter(status=Status.ARCHIVED).count() == 3

    desk.post(undo_button(page))
    assert Entry.objects.listed().count() == 3


def test_hundreds_are_a_job_with_a_page(desk):
    keys = [blog(f"https://a.example/{at}", f"P{at}").pk for at in range(201)]
    said = {"keys": ",".join(map(str, keys)), "add_tags": "x"}

    page = desk.post(reverse("kb:bulk"), said, follow=True)
    assert "<progress" in text(page)

    tasks.edit_many()
    run = Run.objects.get(kind="bulk")
    assert (run.outcome, run.report["changed"]) == (Outcome.DONE, 201)
    desk.post(reverse("kb:run_undo", args=[run.pk]))
    tasks.undo_runs()
    assert not Entry.objects.filter(tagged__tag__name="x").exists()


def test_what_was_stopped_can_be_tried_again(desk):
    keys = [blog(f"https://a.example/{at}", f"P{at}").pk for at in range(201)]
    said = {"keys": ",".join(map(str, keys)), "add_tags": "x"}
    desk.post(reverse("kb:bulk"), said)
    first = Run.objects.get(kind="bulk")

    page = desk.post(reverse("kb:run_stop", args=[first.pk]), follow=True)
    assert "Try again" in text(page)
    tasks.edit_many()
    assert not Entry.objects.filter(tagged__tag__name="x").exists()

    desk.post(reverse("kb:run_again", args=[first.pk]))
    tasks.edit_many()
    assert Entry.objects.filter(tagged__tag__name="x").count() == 201


@pytest.mark.parametrize("said", [{}, {"keys": ""}, {"keys": "a,b"}, {"keys": "1"}])
def test_nothing_wished_changes_nothing(desk, said):
    paper()

    assert desk.post(reverse("kb:bulk"), said).status_code == 422
    assert not Run.objects.filter(kind="bulk").exists()


# --- Gaps, tags, people --------------------------------------------------------


def test_a_member_finds_what_is_asked_of_them(desk, member):
    there = paper(title="Lacks a summary")
    li = person("zhao")
    who = Client()
    who.force_login(li)

    desk.post(reverse("kb:gap", args=["summary"]), {"entry": there.pk, "member": li.pk})

    assert Chore.objects.get().member == li
    assert "Lacks a summary" in text(who.get(reverse("kb:chores")))
    assert "Lacks a summary" not in text(member.get(reverse("kb:chores")))
    assert desk.get(reverse("kb:gap", args=["nonsense"])).status_code == 404


def test_tags_are_merged_and_unmerged(desk):
    one = paper("2301.00001", tags=["RLHF"])
    other = paper("2301.00002", tags=["rl-hf"])
    keys = [one.tags.get().pk, other.tags.get().pk]

    page = desk.post(
        reverse("kb:tags"), {"tag": keys, "merge": 1, "name": "RLHF"}, follow=True
    )
    assert list(other.tags.names()) == ["RLHF"]

    desk.post(undo_button(page))
    assert list(Entry.objects.get(pk=other.pk).tags.names()) == ["rl-hf"]


def test_only_admins_give_roles_and_it_is_written_down(desk):
    boss, li = person("boss", admin=True), person("li2")
    admin = Client()
    admin.force_login(boss)
    said = {"person": li.pk, "role": "curator", "give": 1}

    assert desk.post(reverse("kb:people"), said).status_code == 403
    admin.post(reverse("kb:people"), said)

    li.refresh_from_db()
    assert li.is_staff
    line = AuditLine.objects.get(act=Act.ROLE)
    assert (line.by, line.subject, line.detail["after"]) == (boss, "li2", "curator")
    assert (
        admin.post(reverse("kb:people"), said | {"person": boss.pk}).status_code == 403
    )


def test_who_is_deactivated_is_out_at_once(desk):
    boss, li = person("boss", admin=True), person("li2")
    admin, theirs = Client(), Client()
    admin.force_login(boss)
    theirs.force_login(li)
    assert theirs.get(reverse("kb:shelf")).status_code == 200

    admin.post(reverse("kb:people"), {"person": li.pk, "off": 1})
    assert theirs.get(reverse("kb:shelf")).status_code == 302

    admin.post(reverse("kb:people"), {"person": li.pk, "on": 1})
    assert theirs.get(reverse("kb:shelf")).status_code == 302  # logged out for good


def test_sessions_are_ended_where_they_are_cached(desk):
    boss, li = person("boss", admin=True), person("li2")
    admin, theirs = Client(), Client()
    admin.force_login(boss)
    theirs.force_login(li)
    theirs.get(reverse("kb:shelf"))

    admin.post(reverse("kb:people"), {"person": li.pk, "end": 1})

    assert theirs.get(reverse("kb:shelf")).status_code == 302
    assert AuditLine.objects.get(act=Act.SESSIONS).detail == {"ended": 1}


FORGED = ("kb:review", "kb:tree", "kb:tags", "kb:bulk", "kb:people")


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_request_is_refused_and_written_down(member, name):
    assert member.post(reverse(name), {"x": 1}).status_code == 403

    line = AuditLine.objects.get()
    assert (line.act, line.subject) == (Act.REFUSED, f"POST {reverse(name)}")


def test_nobody_changes_the_log(wang):
    AuditLine.objects.create(at=NOW, by=wang, act=Act.REFUSED, subject="x")

    for change in (
        lambda: AuditLine.objects.update(subject="y"),
        lambda: AuditLine.objects.all().delete(),
    ):
        refused = pytest.raises(DatabaseError, match=r"Cannot (update|delete)")
        with refused, transaction.atomic():
            change()

    assert AuditLine.objects.get().subject == "x"


# --- The desk itself ----------------------------------------------------------


def test_the_desk_counts_what_waits(desk, wang):
    waiting(3)
    there = paper()
    bins.put_in([there.pk], by=wang, now=NOW)

    page = text(desk.get(reverse("kb:desk")))

    assert 'To review <span class="count">3</span>' in page
    assert 'Bin <span class="count">1</span>' in page


def test_what_was_done_last_can_be_undone_from_there(desk, wang):
    kept, other = paper(), blog()
    run = merging.merge(kept, other, Choice(), by=wang, now=NOW)

    assert run.get_absolute_url() in text(desk.get(reverse("kb:desk")))
    assert "Undo it" in text(desk.get(run.get_absolute_url()))
    assert str(run.aside) not in text(desk.get(run.get_absolute_url()))


def test_health_tells_of_every_part(desk):
    runs.tick(now=timezone.now())

    page = text(desk.get(reverse("kb:health")))

    for part in ("PostgreSQL", "Search index", "Schedule and workers", "Django"):
        assert part in page
