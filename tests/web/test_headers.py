import pytest
from django.test import Client

from tests.factories import paper, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/", "/account/login/", "/nothing/", "/entries/1/", "/admin/", "/add/"]
)
def test_every_page_carries_a_strict_policy(client, address):
    client.force_login(person(admin=True))
    paper()

    response = client.get(address)

    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    for directive in (
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert directive in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_machines_are_told_how_the_site_is(client):
    assert client.get("/healthz", headers={"host": "elsewhere"}).json() == {
        "status": "ok"
    }
    assert client.get("/readyz").json() == {"database": "ok", "broker": "ok"}


def test_a_part_that_does_not_answer_is_named(client, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "does not answer"}


def test_a_form_without_its_token_is_refused_in_words():

    client = Client(enforce_csrf_checks=True)
    client.force_login(person())

    response = client.post("/add/", {"text": "2307.02486"})

    assert response.status_code == 403
    assert "too old" in response.content.decode()


def test_no_cache_keeps_what_members_read(client):
    paper()
    client.force_login(person())

    for address in ("/", "/lists/export/", "/account/login/"):
        response = client.get(address)
        assert "no-store" in response["Cache-Control"], address
        assert "private" in response["Cache-Control"], address
        assert "Accept-Language" in response["Vary"], address


@pytest.mark.parametrize("back", ["foo", "//evil.example/", "https://evil.example/"])
def test_the_switch_of_languages_leads_to_this_site(client, back):
    response = client.post("/language/", {"language": "en", "next": back})

    assert response["Location"] == "/"
