import pytest

from kb.models import Annotation, Entry, Paper
from kb.ops import reading
from kb.web.shelf import LABELS, SORTS
from tests.factories import NOW, blog, followed, note, paper, person, read, starred

pytestmark = pytest.mark.django_db


def titles(client, address="/shelf/"):
    response = client.get(address)
    assert response.status_code == 200
    return [entry.title for entry in response.context["page"]]


def counts(client):
    return client.get("/shelf/").context["counts"]


@pytest.fixture
def shelf(member):
    """Something on every part of the shelf, and more that is not."""
    wang = person("wang")
    entries = {
        name: paper(f"2301.{n:05}", name)
        for n, name in enumerate((*LABELS, "unmarked", "archived"), start=1)
    }
    Paper.objects.update(latest_version=1)
    reading.mark(entries["toread"], "toread", by=member, now=NOW)
    reading.mark(entries["reading"], "reading", by=member, now=NOW)
    read(entries["read"], by=member)
    read(entries["newer"], by=member)
    Paper.objects.filter(title="newer").update(latest_version=2)
    starred(entries["starred"], by=member)
    reading.rate(entries["rated"], 3, by=member, now=NOW)
    followed(entries["followed"], by=member)
    for _ in range(2):
        note(entries["notes"], f"note {_}", by=member)
    for name in ("wang2", "wang3"):
        reading.mark(entries["team"], "reading", by=person(name), now=NOW)
    starred(entries["unmarked"], by=wang)
    note(entries["unmarked"], by=wang, visibility="team")
    taken_back = starred(entries["all"], by=member)
    reading.star(taken_back, by=member, on=False, now=NOW)
    starred(read(entries["archived"], by=member), by=member)
    note(entries["archived"], by=member)
    Entry.objects.filter(title="archived").update(status="archived")
    return entries


def test_an_empty_shelf_says_how_it_is_filled(client, member):
    shown = client.get("/shelf/").content.decode()

    assert "Your shelf is empty" in shown
    assert "Only you see your shelf" in shown
    nothing = client.get("/shelf/?show=rated").content.decode()
    assert "Nothing stands on this part" in nothing
    assert "No entry is being read" in client.get("/shelf/?show=team").content.decode()


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("toread", {"toread"}),
        ("reading", {"reading"}),
        ("read", {"read", "newer"}),
        ("newer", {"newer"}),
        ("starred", {"starred"}),
        ("rated", {"rated"}),
        ("followed", {"followed", "notes"}),
        ("notes", {"notes"}),
        ("team", {"team"}),
        (
            "all",
            {"toread", "reading", "read", "newer", "starred"}
            | {"rated", "followed", "notes"},
        ),
    ],
)
def test_each_part_holds_what_it_says(client, shelf, part, held):
    assert set(titles(client, f"/shelf/?show={part}")) == held


@pytest.mark.parametrize("part", LABELS)
@pytest.mark.parametrize("sort", SORTS)
def test_the_count_of_a_part_is_that_of_its_list(client, shelf, part, sort):
    listed = titles(client, f"/shelf/?show={part}&sort={sort}")

    assert counts(client)[part] == len(listed) == len(set(listed))


def test_a_deleted_note_leaves_the_shelf(client, shelf, member):
    reading.follow(shelf["notes"], by=member, on=False, now=NOW)
    Annotation.objects.filter(author=member).update(deleted_at=NOW)

    assert titles(client, "/shelf/?show=notes") == []
    assert counts(client)["notes"] == 0
    assert "notes" not in titles(client)


def test_the_shelf_is_sorted_as_asked(client, member):
    one, two, three = (
        blog(f"https://example.org/{title}", title) for title in ("b", "a", "c")
    )
    for day, entry in enumerate((two, one, three), start=1):
        reading.rate(entry, 4 - day, by=member, now=NOW.replace(day=day))
    note(two, by=member)  # on the fourth

    assert titles(client) == ["a", "c", "b"]
    assert titles(client, "/shelf/?sort=title") == ["a", "b", "c"]
    assert titles(client, "/shelf/?sort=rating") == ["a", "b", "c"]
    assert titles(client, "/shelf/?sort=added") == ["c", "a", "b"]
    assert titles(client, "/shelf/?sort=nonsense&show=nonsense&page=9") == titles(
        client
    )


def test_what_most_read_comes_first(client, member):
    few, many = paper("2301.00001", "few"), paper("2301.00002", "many")
    for n in range(3):
        reader = person(f"reader{n}")
        reading.mark(many, "reading", by=reader, now=NOW)
        if n:
            reading.mark(few, "reading", by=reader, now=NOW)

    assert titles(client, "/shelf/?show=team") == ["many", "few"]
    shown = client.get("/shelf/?show=team").content.decode()
    assert "3 are reading it" in shown
    assert "reader" not in shown.replace("readers", "")


def test_queries_do_not_grow_with_the_shelf(
    client, member, django_assert_max_num_queries
):
    for n in range(2):
        starred(paper(f"2301.{n + 1:05}", f"Paper {n}"), by=member)
    client.get("/shelf/")
    with django_assert_max_num_queries(18) as few:
        client.get("/shelf/")
    for n in range(2, 24):
        entry = starred(paper(f"2301.{n + 1:05}", f"Paper {n}"), by=member)
        note(entry, by=member)
    with django_assert_max_num_queries(18) as many:
        client.get("/shelf/")

    assert len(many) == len(few)
