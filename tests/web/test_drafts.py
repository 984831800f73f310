"""A log-out costs nobody what they were writing."""

import pytest

from kb.models import Annotation
from kb.ops import annotations, summaries
from kb.web import drafts
from tests import filled
from tests.factories import NOW, note, paper, person

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def li():
    return person()


@pytest.fixture(params=["summary", "note", "reply", "edit"])
def address(request, li):
    """Where somebody writes."""
    entry = paper()
    kept = note(entry, "第一句", by=li, visibility="team")
    return {
        "summary": f"/entries/{entry.pk}/summary/zh/",
        "note": f"/entries/{entry.pk}/notes/",
        "reply": f"/notes/{kept.pk}/reply/",
        "edit": f"/notes/{kept.pk}/edit/",
    }[request.param]


def opened(client, user, address):
    """What the form holds when its writer's session ends."""
    client.force_login(user)
    form = filled.form(client.get(address))
    client.logout()
    return form


def log_in(client, user, page):
    return client.post(page, {"login": user.username, "password": PASSWORD})


def test_it_is_in_the_form_after_log_in_and_is_saved_from_there(client, li, address):
    form = {**opened(client, li, address), "body": "写了很久的文字"}

    refused = client.post(address, form)
    assert refused["Location"].startswith("/account/login/?next=")
    back = log_in(client, li, refused["Location"])
    assert back["Location"] == address

    page = client.get(address)
    assert "was kept" in page.content.decode()
    assert "data-unsaved" in page.content.decode()
    again = filled.form(page)
    assert again["body"] == "写了很久的文字"
    saved = client.post(address, again, follow=True)
    assert "写了很久的文字" in saved.content.decode()
    page = client.get(address).content.decode()
    assert "was kept" not in page


def test_it_is_shown_to_nobody_else(client, li, address):
    client.post(address, {**opened(client, li, address), "body": "李的文字"})

    client.force_login(person("wang"))

    assert "李的文字" not in client.get(address).content.decode()


def test_what_a_note_was_to_be_is_kept_with_it(client, li):
    entry = paper()
    summaries.save(entry, "zh", "膨胀注意力", base=0, by=li, now=NOW)
    address = f"/entries/{entry.pk}/notes/"
    form = opened(client, li, address)
    form |= {"body": "", "quote": "注意力", "meaning": "key", "visibility": "team"}
    client.post(address, {**form, "body": "看这里"})

    client.force_login(li)
    again = filled.form(client.get(address))

    assert (again["quote"], again["visibility"]) == ("注意力", "team")


def test_a_text_saved_by_others_meanwhile_is_not_replaced(client, li):
    kept = note(paper(), "一", by=li)
    address = f"/notes/{kept.pk}/edit/"
    client.post(address, {**opened(client, li, address), "body": "我的"})
    annotations.edit(kept, "另一窗口的", "private", base=1, by=li, now=NOW)

    client.force_login(li)
    refused = client.post(address, filled.form(client.get(address)))

    assert refused.status_code == 409
    assert Annotation.objects.get().body == "另一窗口的"


def test_a_stranger_leaves_nothing(client, li, address):
    form = opened(client, li, address)

    for forged in (
        {"body": "x", "base": 0},
        {"body": "x", "base": 0, "writer": "1:forged"},
        {**form, "body": "x", "base": "9" * 5000},
        {**form, "body": "长" * 30_000},
        {**form, "body": " "},
    ):
        assert client.post(address, forged).status_code == 302

    assert not client.session.keys()


def test_the_oldest_makes_room(client, li):
    addresses = [f"/entries/{paper(f'2301.0000{n}').pk}/notes/" for n in range(1, 6)]
    forms = [opened(client, li, address) for address in addresses]
    for address, form in zip(addresses, forms, strict=True):
        client.post(address, {**form, "body": "文字"})

    kept = client.session[drafts.KEPT]

    assert list(kept) == addresses[-drafts.MOST :]


def test_a_part_of_a_page_leads_the_whole_page_to_log_in(client, li, address):
    form = {**opened(client, li, address), "body": "文字"}

    response = client.post(address, form, headers={"HX-Request": "true"})

    assert response.status_code == 204
    assert response["HX-Redirect"].startswith("/account/login/?next=")
    assert address in client.session[drafts.KEPT]


def test_asking_for_the_page_only_asks_for_a_log_in(client, address):
    assert client.get(address)["Location"].startswith("/account/login/?next=")
