import re

import pytest

from kb.models import Resource
from tests.factories import paper, resource

pytestmark = pytest.mark.django_db


def linked(client, entry):
    """The addresses of the links on the entry's page."""
    page = client.get(entry.get_absolute_url()).content.decode()
    part = page.split('<div class="resources"')[-1].split("</ul>")[0]
    return re.findall(r'<a href="([^"]+)" rel="noopener noreferrer">', part)


def test_a_link_is_added_from_the_entrys_page(client, member):
    entry = paper()

    form = {"url": "github.com/a/b/issues", "kind": "", "label": "官方代码"}
    response = client.post(f"/entries/{entry.pk}/links/", form, follow=True)

    assert response.redirect_chain == [(entry.get_absolute_url(), 302)]
    page = response.content.decode()
    assert "Link added." in page
    assert "官方代码" in page
    assert linked(client, entry) == ["https://github.com/a/b"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "is not a web address"),
        ("javascript:alert(1)", "is not a web address"),
        ("https://user:secret@example.org/", "is not a web address"),
        ("https://arxiv.org/abs/2307.02486", "on the entry already"),
        ("https://github.com/a/b", "on the entry already"),
        ("", "required"),
        ("https://example.org/" + "a" * 2000, "2000 characters"),
    ],
)
def test_a_bad_address_is_refused_in_words_and_kept(client, member, address, told):
    entry = paper()
    resource(entry, "https://github.com/a/b", by=member)

    form = {"url": address, "kind": "code", "label": "<b>Mine</b>"}
    response = client.post(f"/entries/{entry.pk}/links/", form)

    page = response.content.decode()
    assert response.status_code == 422
    assert told in page
    assert f'value="{address}"' in page or not address
    assert "&lt;b&gt;Mine&lt;/b&gt;" in page
    assert Resource.objects.count() == 1


def test_a_kind_that_is_none_is_refused(client, member):
    form = {"url": "https://example.org/", "kind": "virus"}

    response = client.post(f"/entries/{paper().pk}/links/", form)

    assert response.status_code == 422


def test_what_is_taken_off_can_be_undone_at_once(client, member):
    entry = paper()
    link = resource(entry, by=member)

    page = client.post(f"/links/{link.pk}/take-off/", follow=True).content.decode()

    assert linked(client, entry) == []
    undo = re.search(
        r'Link taken off\..*?<form method="post" action="([^"]+)"', page, re.DOTALL
    )
    client.post(undo[1])
    assert linked(client, entry) == [link.url]


def test_hostile_labels_are_text(client, member):
    entry = paper()
    resource(entry, label='"><script>alert(1)</script>', by=member)

    page = client.get(entry.get_absolute_url()).content.decode()

    assert "<script>alert(1)" not in page
    assert "&quot;&gt;&lt;script&gt;alert(1)" in page


def test_readers_without_account_see_links_and_no_buttons(client, member, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()
    link = resource(entry, by=member)
    client.logout()

    page = client.get(entry.get_absolute_url()).content.decode()

    assert link.url in page
    assert "/take-off/" not in page
    assert f"/entries/{entry.pk}/links/" not in page
