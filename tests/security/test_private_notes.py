"""What somebody keeps to themselves is in no answer that another can get.

Every address of the site's table is asked, those to come as well, by everybody else, as
a page and as a script does; and what is open to them says the same as without the note.
"""

import re

import pytest
from django.test import Client

from kb.models import Annotation, Member, ReadingList
from kb.ops import annotations, feed_keys, sharing
from kb.ops.imports import drafts
from kb.web.watching import state_of
from tests.factories import (
    NOW,
    highlight,
    note,
    paper,
    person,
    reply,
    summarised,
    topic_at,
)
from tests.security.test_access_matrix import SITE, address

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"
ROLES = {"stranger": None, "member": {}, "curator": {"curator": True}}
ROLES["admin"] = {"admin": True}
FORM = {"body": "mine", "visibility": "team", "base": 1, "on": "agree", "q": "l"}


@pytest.fixture
def li():
    return person("li")


@pytest.fixture
def kept(li):
    """A highlight that is private, with a reply, a reaction, and one that is gone."""
    entry = summarised(paper(), "用指令微调模型，代价很小。")
    made = highlight(entry, "指令微调", by=li, visibility="private")
    note(entry, CANARY, by=li)
    reply(made, f"{CANARY} again", by=li)
    annotations.react(made, "agree", on=True, by=li, now=NOW)
    annotations.delete(note(entry, f"{CANARY} gone", by=li), by=li, now=NOW)
    return made


def client_of(role):
    client = Client()
    if ROLES[role] is not None:
        client.force_login(person("wang", **ROLES[role]))
    return client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("everyone", [False, True])
def test_no_answer_tells_of_it(kept, settings, role, everyone):
    settings.READABLE_BY = "everyone" if everyone else "members"
    client, site = client_of(role), {"entry": kept.entry, "note": kept}
    site |= {"topic": topic_at(["Agent"]), "reader": person("reader")}
    site |= dict.fromkeys(("run", "link", "told"), kept)  # of which only keys are asked
    site["draft"] = drafts.send(
        b"# paper\n", "a.md", "draft", by=site["reader"], now=NOW
    )
    site["list"] = ReadingList.objects.create(
        name="kept", source=b"# paper\n## Agent\n", imported_at=NOW, sha256="0"
    )

    feed_keys.make(site["reader"])
    site["key"] = feed_keys.key_of(Member.objects.get(user=site["reader"]))
    for made in ("share", "taken"):
        site[made] = sharing.share(site["topic"], None, by=site["reader"], now=NOW)

    for name in SITE:
        url = address(name, site)
        for accept in ("text/html", "application/json"):
            headers = {"accept": accept}
            told = [
                client.get(url, headers=headers),
                client.get(url, FORM, headers=headers),
            ]
            if name != "kb:note_add":  # which gives back what is typed
                told.append(client.post(url, FORM, headers=headers))
            for response in told:
                page = response.content.decode()
                assert CANARY not in page, url
                assert f'note-{kept.pk}"' not in page, url
                assert "<mark" not in page, url

    kept.refresh_from_db()
    assert kept.resolved_at is None
    assert kept.replies.count() == kept.reactions.count() == 1


def test_pages_are_the_same_as_without_it(client, kept):
    client.force_login(person("wang"))
    urls = [kept.entry.get_absolute_url(), f"/entries/{kept.entry_id}/margin/"]
    urls += ["/", "/search/?q=longnet", "/people/names/?q=l"]
    with_it = [unmasked(client.get(url)) for url in urls]

    Annotation.objects.all().delete()

    assert [unmasked(client.get(url)) for url in urls] == with_it


def unmasked(response):
    """What an answer says, without the tokens that are others each time or second."""
    assert response.status_code == 200
    said = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode())
    return re.sub(r'(name="writer" value=)"[^"]*"', r"\1", said)


def test_an_open_page_is_not_told_that_something_happened(client, kept, li):
    wang = person("wang")
    client.force_login(wang)
    entry = kept.entry
    seen = state_of(entry.pk, wang)

    note(entry, "another", by=li)
    reply(kept, "one more", by=li)
    annotations.react(kept, "idea", on=True, by=li, now=NOW)
    annotations.resolve(kept, by=li, now=NOW)
    annotations.delete(kept, by=li, now=NOW)

    assert state_of(entry.pk, wang) == seen
    url = f"/entries/{entry.pk}/margin/"
    assert client.get(url, {"seen": seen}).status_code == 204
    assert state_of(entry.pk, li) != seen


def test_what_was_the_teams_and_is_hidden_is_gone_from_open_pages(client, li):
    wang = person("wang")
    client.force_login(wang)
    made = note(paper(), CANARY, by=li, visibility="team")
    seen = state_of(made.entry_id, wang)

    annotations.edit(made, CANARY, "private", base=1, by=li, now=NOW)

    response = client.get(f"/entries/{made.entry_id}/margin/", {"seen": seen})
    assert response.status_code == 200
    assert CANARY not in response.content.decode()
    assert f"note-{made.pk}" not in response.content.decode()
