import pytest
from django.test import Client

from kb.models import Member
from kb.ops import digests
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    wang = person("wang")
    digests.choose(wang, "daily", now=NOW)
    return wang


def wanted(user):
    return Member.objects.get(user=user).digest


def test_a_link_asks_before_it_ends_the_digest(client, wang):
    address = digests.unsubscribe_path(wang)

    page = client.get(address).content.decode()

    assert wanted(wang) == "daily"
    assert "Send me none" in page
    assert "wang" not in page
    assert "You get no more" in client.post(address).content.decode()
    assert wanted(wang) == ""


def test_a_mail_program_ends_it_by_itself(wang):
    program = Client(enforce_csrf_checks=True)

    response = program.post(
        digests.unsubscribe_path(wang), {"List-Unsubscribe": "One-Click"}
    )

    assert response.status_code == 200
    assert wanted(wang) == ""


@pytest.mark.parametrize("key", ["x", "1:1uXXXX:sig", "MQ:1uXXXX:sig"])
def test_a_key_that_was_made_up_ends_nothing(client, wang, key):
    for method in (client.get, client.post):
        assert method(f"/unsubscribe/{key}/").status_code == 404
    assert wanted(wang) == "daily"


def test_a_key_of_somebody_who_is_gone_leads_nowhere(client, wang):
    address = digests.unsubscribe_path(wang)
    wang.delete()

    assert client.get(address).status_code == 404


def test_it_can_be_done_twice(client, wang):
    address = digests.unsubscribe_path(wang)

    assert client.post(address).status_code == client.post(address).status_code == 200
