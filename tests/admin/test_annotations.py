"""A private note is shown to its author alone, in the admin too."""

import pytest

from kb.models import Annotation
from kb.models.history import events
from kb.ops import annotations
from tests.factories import NOW, note, paper, person, read

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
    annotations.delete(note(entry, f"{CANARY} {ASKED} 3", by=li), by=li)
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
