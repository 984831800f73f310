import pytest

from kb.models import Distinction, Entry
from tests.factories import blog, paper, person

pytestmark = pytest.mark.django_db

ATTENTION = "Attention Is All You Need"


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def test_curators_see_pairs_once_and_tell_them_apart_for_good(client, curator):
    older = paper(title=ATTENTION)
    newer = blog(title="Attention is all you need")
    blog("https://example.org/other", "Something else")

    page = client.get("/duplicates/")

    assert list(page.context["page"]) == [(newer, older)]
    for entry in (newer, older):
        assert f'href="{entry.get_absolute_url()}"' in page.content.decode()

    client.post("/duplicates/", {"entry": [newer.pk, older.pk]})

    assert list(client.get("/duplicates/").context["page"]) == []
    assert Distinction.objects.get().said_by == curator
    assert Entry.objects.count() == 3


@pytest.mark.parametrize("keys", [[], ["x"], ["1"], ["1", "1"], ["1", "999999"]])
def test_what_is_no_pair_is_not_found(client, curator, keys):
    blog()

    assert client.post("/duplicates/", {"entry": keys}).status_code == 404


def test_queries_do_not_grow_with_pairs(client, curator, django_assert_max_num_queries):
    for number in range(4):
        blog(f"https://example.org/{number}", ATTENTION)
    with django_assert_max_num_queries(20) as few:
        client.get("/duplicates/")
    for number in range(4, 16):
        blog(f"https://example.org/{number}", f"{ATTENTION}!")

    with django_assert_max_num_queries(len(few)):
        page = client.get("/duplicates/")

    assert page.context["page"].has_next()
