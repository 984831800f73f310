"""A private note is shown to its author alone, in the admin too."""

import pytest
from django.contrib.auth.models import User

from kb.models import Annotation, Entry, Paper
from kb.models.history import events
from kb.ops import annotations
from tests.factories import (
    NOW,
    blog,
    highlight,
    note,
    paper,
    person,
    read,
    reply,
    summarised,
)

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"
ASKED = "gelb"  # another word of the note, which pages may repeat
SHARED = "zeisig"


@pytest.fixture
def written():
    """A private note with all it can have: a history, and one that was deleted."""
    entry, li = paper(), person("li")
    kept = note(entry, f"{CANARY} {ASKED}", by=li)
    annotations.edit(kept, f"{CANARY} {ASKED} 2", "private", base=1, by=li, now=NOW)
    annotations.delete(note(entry, f"{CANARY} {ASKED} 3", by=li), by=li, now=NOW)
    reply(kept, f"{CANARY} {ASKED} 4", by=li)
    annotations.react(kept, "agree", on=True, by=li, now=NOW)
    note(entry, SHARED, by=li, visibility="team")
    read(entry, by=li)
    return kept


def addresses(note):
    """Every page that could show the note, asked for plainly or by search."""
    entry = note.entry
    yield from (entry.get_absolute_url(), "/", f"/?q={ASKED}")
    for verb in ("edit", "delete"):
        yield f"/notes/{note.pk}/{verb}/"
    for table in ("annotation", "annotationevent"):
        for asked in ("", f"?q={ASKED}", "?visibility=private", "?all="):
            yield f"/admin/kb/{table}/{asked}"
    for page in ("change", "history", "delete"):
        yield f"/admin/kb/annotation/{note.pk}/{page}/"
        yield f"/admin/kb/paper/{entry.pk}/{page}/"
        yield f"/admin/kb/entry/{entry.pk}/{page}/"
        yield f"/admin/auth/user/{note.author_id}/{page}/"
    for event in events(Annotation).objects.all():
        yield f"/admin/kb/annotationevent/{event.pk}/change/"
    yield from ("/admin/", "/admin/kb/entryevent/", "/admin/kb/paperevent/")
    yield f"/admin/kb/entry/?annotations__body__contains={ASKED}"


@pytest.mark.parametrize("rights", [{}, {"curator": True}, {"admin": True}])
def test_nobody_else_is_shown_a_private_note(client, written, rights):
    client.force_login(person("wang", **rights))
    opened = 0

    for address in addresses(written):
        response = client.get(address, follow=True)
        page = response.content.decode()
        assert CANARY not in page, address
        assert f'<a href="/admin/kb/annotation/{written.pk}/' not in page, address
        opened += response.status_code == 200

    assert opened > 2


@pytest.mark.parametrize("rights", [{"curator": True}, {"admin": True}])
def test_the_teams_notes_are_in_the_admin_to_look_at(client, written, rights):
    client.force_login(person("wang", **rights))
    shared = Annotation.objects.get(visibility="team")
    url = f"/admin/kb/annotation/{shared.pk}/change/"

    assert SHARED in client.get(url).content.decode()
    listed = client.get("/admin/kb/annotation/").content.decode()
    assert f"/annotation/{shared.pk}/" in listed
    assert f"/annotation/{written.pk}/" not in listed
    assert client.post(url, {"body": "other"}).status_code == 403
    kept = client.get("/admin/kb/annotationevent/").content.decode()
    assert kept.count("field-what") == 1


def test_what_a_note_is_about_is_in_the_admin_too(client):
    entry, wang = summarised(paper(), "用指令微调模型。"), person("wang", curator=True)
    made = highlight(entry, "指令微调", by=person("li"), meaning="method")
    hidden = highlight(entry, "模型", by=made.author, visibility="private")
    client.force_login(wang)

    page = client.get(f"/admin/kb/annotation/{made.pk}/change/").content.decode()
    listed = client.get("/admin/kb/annotation/?meaning=method").content.decode()

    assert "指令微调" in page
    assert f"/annotation/{made.pk}/" in listed
    assert client.get(f"/admin/kb/annotation/{hidden.pk}/change/").status_code == 302


@pytest.mark.parametrize("many", [False, True])
def test_a_summary_deleted_in_the_admin_leaves_its_notes(client, boss, many):
    entry = summarised(paper(), "用指令微调模型。")
    made, summary = highlight(entry, "指令微调", by=boss), entry.summaries.get()
    url = "/admin/kb/summary/"
    chosen = {"action": "delete_selected", "_selected_action": [summary.pk]}

    if many:
        client.post(url, {**chosen, "post": "yes"})
    else:
        client.post(f"{url}{summary.pk}/delete/", {"post": "yes"})

    made.refresh_from_db()
    assert not entry.summaries.exists()
    assert made.orphaned_at is not None


def test_an_entry_found_by_words_of_a_note_would_tell_them(client, written):
    client.force_login(person("wang", admin=True))

    by_word = f"/admin/kb/entry/?annotations__body__contains={ASKED}"
    by_mark = "/admin/kb/entry/?readings__state=read"

    for address in (by_word, by_mark):
        assert client.get(address).status_code == 400


def test_authors_find_their_own_in_the_admin(client):
    wang = person("wang", curator=True)
    note(paper(), CANARY, by=wang)
    client.force_login(wang)

    page = client.get("/admin/kb/annotation/", {"q": CANARY}).content.decode()

    assert page.count("field-author") == 1


@pytest.fixture
def boss(client):
    boss = person("boss", admin=True)
    client.force_login(boss)
    return boss


@pytest.mark.parametrize("table", ["entry", "paper"])
def test_notes_do_not_keep_an_entry_from_being_deleted(client, boss, table):
    entry, li = paper(), person("li")
    url = f"/admin/kb/{table}/{entry.pk}/delete/"
    bare = listed(client.get(url))

    note(entry, CANARY, by=li)
    shared = note(entry, SHARED, by=li, visibility="team")
    reply(shared, by=li)
    annotations.react(shared, "agree", on=True, by=li, now=NOW)
    read(entry, by=li)

    assert listed(client.get(url)) == bare
    client.post(url, {"post": "yes"})
    assert Entry.objects.binned().get() == entry
    assert Annotation.objects.count() == 3


def test_nor_many_at_once(client, boss):
    posts = [blog(f"https://example.org/{n}") for n in range(2)]
    action = {
        "action": "delete_selected",
        "_selected_action": [post.pk for post in posts],
    }
    bare = listed(client.post("/admin/kb/blog/", action))
    for post in posts:
        note(post, CANARY, by=person(f"li{post.pk}"))

    assert listed(client.post("/admin/kb/blog/", action)) == bare
    client.post("/admin/kb/blog/", {**action, "post": "yes"})
    assert set(Entry.objects.binned()) == set(posts)


def test_the_versions_of_a_paper_wait_with_it(client, boss):
    entry = paper()
    Paper.objects.get().versions.create(number=1)

    client.post(f"/admin/kb/paper/{entry.pk}/delete/", {"post": "yes"})

    assert Paper.objects.get().versions.count() == 1


def test_the_refusal_to_delete_an_account_does_not_tell_of_notes(client, boss):
    li = person("li")
    li.last_login = NOW
    li.save()
    url = f"/admin/auth/user/{li.pk}/delete/"
    bare = listed(client.get(url))
    assert "make it inactive" in str(bare)

    entry = paper()
    note(entry, CANARY, by=li)
    note(entry, SHARED, by=li, visibility="team")
    read(entry, by=li)

    assert listed(client.get(url)) == bare
    assert entry.title not in client.get(url).content.decode()
    client.post(url, {"post": "yes"})
    assert Annotation.objects.count() == 2


def test_an_account_that_was_never_used_can_be_deleted(client, boss):
    kept, unused = person("li"), person("wang")
    note(paper(), CANARY, by=kept)  # as a restored account may have

    for account in (kept, unused):
        client.post(f"/admin/auth/user/{account.pk}/delete/", {"post": "yes"})

    assert set(User.objects.all()) == {boss, kept}


def test_the_refusal_names_what_is_not_personal(client, boss):
    li = person("li")
    paper(title="Shown", by=li)

    page = client.get(f"/admin/auth/user/{li.pk}/delete/").content.decode()

    assert "Shown" in page
    assert "make it inactive" in page


def listed(response):
    """What a page that asks before deleting says would go, or forbids it."""
    assert response.status_code == 200
    context = response.context
    going = context.get("deleted_objects") or context["deletable_objects"]
    counts = {str(name): count for name, count in context["model_count"]}
    return going, counts, context["perms_lacking"], context["protected"]
