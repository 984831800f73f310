import re

import pytest

from kb.models import Annotation
from kb.ops import annotations
from tests import filled
from tests.factories import NOW, note, paper, person

pytestmark = pytest.mark.django_db


def page_of(client, entry):
    return client.get(entry.get_absolute_url()).content.decode()


def test_a_note_is_written_and_shown_rendered(client, member):
    entry = paper()
    assert "Write a note" in page_of(client, entry)

    response = client.post(
        f"/entries/{entry.pk}/notes/",
        {"body": "代价 $O(n)$", "visibility": "private", "base": 0},
        follow=True,
    )

    page, kept = response.content.decode(), Annotation.objects.get()
    place = f"{entry.get_absolute_url()}#note-{kept.pk}"
    assert response.redirect_chain == [(place, 302)]
    assert "Note saved." in page
    assert "<math" in page
    assert (kept.author, kept.visibility) == (member, "private")


def test_the_form_offers_private_first_and_says_who_will_see_it(client, member):
    page = page_of(client, paper())

    assert "Only you. Nobody else" in page
    assert "The team: every member." in page
    (checked,) = [tag for tag in page.split("<input") if " checked" in tag]
    assert 'value="private"' in checked


def test_the_team_sees_team_notes_and_each_their_own(client, member):
    entry, wang = paper(), person("wang")
    note(entry, "我的私人批注", by=member)
    note(entry, "王的私人批注", by=wang)
    note(entry, "王的公开批注", by=wang, visibility="team")

    page = page_of(client, entry)

    assert "我的私人批注" in page
    assert "王的公开批注" in page
    assert "王的私人批注" not in page
    assert page.count('#lock"') == 1


def test_readers_without_account_see_no_notes(client, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()
    note(entry, "团队批注", by=person(), visibility="team")

    page = page_of(client, entry)

    assert "团队批注" not in page
    assert "Notes" not in page
    assert "Star" not in page


@pytest.mark.parametrize(
    "form",
    [
        {"body": "", "visibility": "team", "base": 0},
        {"body": " \n ", "visibility": "team", "base": 0},
        {"body": "what was typed", "visibility": "everyone", "base": 0},
        {"body": "what was typed", "base": 0},
        {"body": "what was typed" + "长" * 30_000, "visibility": "team", "base": 0},
        {},
    ],
)
def test_bad_forms_save_nothing_and_keep_what_was_typed(client, member, form):
    response = client.post(f"/entries/{paper().pk}/notes/", form)

    assert response.status_code == 422
    assert form.get("body", "").strip() in response.content.decode()
    assert not Annotation.objects.exists()


def test_a_note_is_edited_by_its_author(client, member):
    entry = paper()
    written = note(entry, "一", by=member)
    url = f"/notes/{written.pk}/edit/"
    form = client.get(url).context["form"]
    assert form["body"].value() == "一"

    base = form["base"].value()
    client.post(url, {"body": "二", "visibility": "team", "base": base})

    written.refresh_from_db()
    assert (written.body, written.visibility) == ("二", "team")
    assert "edited" in page_of(client, entry)


def test_saving_over_a_newer_text_shows_both_and_keeps_mine(client, member):
    written = note(paper(), "一", by=member)
    annotations.edit(written, "另一窗口的文字", "team", base=1, by=member, now=NOW)
    url = f"/notes/{written.pk}/edit/"
    form = {"body": "我的文字", "visibility": "private", "base": 1}

    response = client.post(url, form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "另一窗口的文字" in page
    assert "我的文字" in page
    assert Annotation.objects.get().body == "另一窗口的文字"

    again = {**filled.form(response), "body": "两个窗口的文字"}
    client.post(url, again)
    kept = Annotation.objects.get()
    assert (kept.body, kept.visibility) == ("两个窗口的文字", "team")


@pytest.mark.parametrize("body", ["", "长" * 30_000])
def test_a_bad_edit_changes_nothing(client, member, body):
    written = note(paper(), "一", by=member)

    response = client.post(
        f"/notes/{written.pk}/edit/", {"body": body, "visibility": "team", "base": 1}
    )

    assert response.status_code == 422
    assert body in response.content.decode()
    assert Annotation.objects.get().body == "一"


def test_deleting_asks_once(client, member):
    entry = paper()
    written = note(entry, "一", by=member)
    url = f"/notes/{written.pk}/delete/"

    assert "Delete this note?" in client.get(url).content.decode()
    assert Annotation.objects.exists()

    page = client.post(url, follow=True).content.decode()
    assert "Note deleted." in page
    assert not Annotation.objects.exists()
    assert client.post(url).status_code == 404


@pytest.mark.parametrize("rights", [{}, {"curator": True}, {"admin": True}])
@pytest.mark.parametrize("verb", ["edit", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_others_private_notes_are_not_there(client, rights, verb, method):
    written = note(paper(), "一", by=person("li"))
    client.force_login(person("wang", **rights))

    form = {"body": "二", "visibility": "team", "base": 1}
    response = getattr(client, method)(f"/notes/{written.pk}/{verb}/", form)

    assert response.status_code == 404
    assert Annotation.objects.get().body == "一"


@pytest.mark.parametrize("method", ["get", "post"])
def test_others_team_notes_are_read_and_not_changed(client, member, method):
    entry = paper()
    written = note(entry, "一", by=person("wang"), visibility="team")
    form = {"body": "二", "visibility": "team", "base": 1}

    for verb in ("edit", "delete"):
        response = getattr(client, method)(f"/notes/{written.pk}/{verb}/", form)
        assert response.status_code == 403
        assert "Only who wrote a note" in response.content.decode()

    assert Annotation.objects.get().body == "一"
    for verb in ("edit", "delete"):
        assert f"/notes/{written.pk}/{verb}/" not in page_of(client, entry)


def test_curators_are_offered_to_delete_the_teams_notes(client):
    entry = paper()
    written = note(entry, "一", by=person("li"), visibility="team")
    client.force_login(person("wang", curator=True))

    page = page_of(client, entry)
    assert f"/notes/{written.pk}/delete/" in page
    assert f"/notes/{written.pk}/edit/" not in page

    client.post(f"/notes/{written.pk}/delete/")
    assert not Annotation.objects.exists()


def test_notes_are_on_entries_that_are_there(client, member):
    form = {"body": "x", "visibility": "team", "base": 0}

    assert client.post("/entries/999/notes/", form).status_code == 404
    assert client.get("/notes/999/edit/").status_code == 404


def test_hostile_notes_are_text(client, member):
    entry = paper()
    note(entry, "<script>alert(1)</script>", by=member)

    page = page_of(client, entry)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_queries_do_not_grow_with_notes(client, member, django_assert_max_num_queries):
    entry = paper()
    note(entry, by=person("wang0"), visibility="team")
    page_of(client, entry)
    with django_assert_max_num_queries(20) as few:
        page_of(client, entry)
    for n in range(1, 6):
        note(entry, by=person(f"wang{n}"), visibility="team")

    with django_assert_max_num_queries(20) as many:
        page_of(client, entry)

    assert len(many) == len(few)


def test_save_pressed_twice_writes_once_and_says_so_twice(client, member):
    entry = paper()
    form = {"body": "twice", "visibility": "private", "base": 0}

    for _ in range(2):
        response = client.post(f"/entries/{entry.pk}/notes/", form, follow=True)
        assert "Note saved." in response.content.decode()

    assert Annotation.objects.count() == 1


@pytest.fixture
def editing(client, member):
    """A note, its editor's address and what the editor sends, the text changed."""
    written = note(paper(), "old", by=member, visibility="team")
    url = f"/notes/{written.pk}/edit/"
    return written, url, {**sent(client.get(url)), "body": "a long text of mine"}


def sent(response):
    """What the form on a page sends, as it is shown."""
    form = response.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    fields = {name: value for name, value in shown.items() if value is not None}
    page = response.content.decode()
    assert f'name="opened" value="{response.context["opened"]}"' in page
    return {**fields, "opened": response.context["opened"]}


def test_a_note_deleted_while_it_is_edited_can_be_saved_as_a_new_one(client, editing):
    written, url, form = editing
    annotations.delete(written, by=person("wang", curator=True), now=NOW)

    response = client.post(url, form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "deleted since you began" in page
    assert "a long text of mine" in page
    assert not Annotation.objects.exists()

    for _ in range(2):
        client.post(url, sent(response))
    kept = Annotation.objects.get()
    assert (kept.body, kept.entry) == ("a long text of mine", written.entry)
    assert (kept.author, kept.visibility) == (written.author, "team")


@pytest.mark.parametrize("body", ["  ", "长" * 30_000])
def test_a_text_no_note_can_have_stays_after_the_note_is_gone(client, editing, body):
    written, url, form = editing
    written.delete()

    response = client.post(url, {**form, "body": body})
    again = client.post(url, sent(response))

    assert again.status_code == 422
    assert body in again.content.decode()
    client.post(url, {**sent(again), "body": "better"})
    assert Annotation.objects.get().body == "better"


def test_the_text_is_given_back_when_the_entry_is_gone_too(client, editing):
    written, url, form = editing
    written.entry.delete()
    body = "a <b>long</b> text"

    for address in (url, f"/entries/{form['base']}999/notes/"):
        response = client.post(address, {**form, "body": body})
        assert response.status_code == 404
        assert "a &lt;b&gt;long&lt;/b&gt; text</textarea>" in response.content.decode()
        assert not Annotation.objects.exists()


def unmasked(response):
    """What an answer says, without the token that is another each time."""
    assert response.status_code == 404
    return re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())


def test_who_did_not_open_a_note_is_not_told_whether_it_is_there(client, editing):
    written, url, form = editing
    wang = person("wang", curator=True)
    private = note(written.entry, "theirs", by=wang)
    others = f"/notes/{private.pk}/edit/"
    there = unmasked(client.post(others, form))  # signed for another note
    private.delete()
    assert unmasked(client.post(others, form)) == there

    written.delete()
    assert client.post(url, {**form, "opened": "forged"}).status_code == 404
    client.force_login(wang)
    assert client.post(url, form).status_code == 404  # signed for another member
    assert not Annotation.objects.exists()
