"""What belongs to entries, as curators put it right."""

import pytest

from kb.models import Resource
from kb.models.history import events
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.django_db

CODE = "https://github.com/kyegomez/LongNet"


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def resource(entry, url=CODE):
    return Resource.objects.create(
        entry=entry, url=url, kind="code", source="arxiv", added_at=NOW
    )


def test_one_that_was_added_is_the_curators_in_canonical_form(client, curator):
    entry = paper()

    form = {"entry": entry.pk, "url": f"{CODE}?utm_source=x", "kind": "code"}
    client.post("/admin/kb/resource/add/", form)

    kept = Resource.objects.get()
    assert (kept.url, kept.source, kept.added_by) == (CODE, "member", curator)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "nothing"])
def test_what_is_no_address_is_refused_in_the_form(client, curator, url):
    form = {"entry": paper().pk, "url": url, "kind": "code"}

    page = client.post("/admin/kb/resource/add/", form)

    assert "is not" in page.content.decode()
    assert not Resource.objects.exists()


def test_a_wrong_one_is_taken_off_by_name_and_stays_known(client, curator):
    kept = resource(paper())

    form = {"url": CODE, "kind": "code", "hidden": "on"}
    client.post(f"/admin/kb/resource/{kept.pk}/change/", form)

    assert Resource.objects.get().hidden
    assert not Resource.objects.shown().exists()
    last = events(Resource).objects.latest("pgh_id")
    assert last.pgh_context.metadata["user"] == curator.pk
    assert CODE in client.get("/admin/kb/resourceevent/").content.decode()


def test_it_stays_with_its_entry_and_its_source(client, curator):
    entry, other = paper(), paper("2301.00001")
    kept = resource(entry)

    form = {"url": CODE, "kind": "data", "entry": other.pk, "source": "member"}
    client.post(f"/admin/kb/resource/{kept.pk}/change/", form)

    kept.refresh_from_db()
    assert (kept.kind, kept.entry, kept.source) == ("data", entry, "arxiv")


def test_an_address_is_once_on_an_entry(client, curator):
    entry = paper()
    resource(entry)

    form = {"entry": entry.pk, "url": CODE, "kind": "code"}
    page = client.post("/admin/kb/resource/add/", form)

    assert page.status_code == 200
    assert Resource.objects.count() == 1


def test_nor_is_another_changed_to_it(client, curator):
    entry = paper()
    resource(entry)
    other = resource(entry, "https://example.org/code")

    form = {"url": CODE, "kind": "code"}
    page = client.post(f"/admin/kb/resource/{other.pk}/change/", form)

    assert "has this address already" in page.content.decode()
    assert Resource.objects.get(pk=other.pk).url == "https://example.org/code"


def test_curators_delete_none(client, curator):
    kept = resource(paper())

    url = f"/admin/kb/resource/{kept.pk}/delete/"

    assert client.post(url, {"post": "yes"}).status_code == 403
    assert Resource.objects.exists()
