import re

import pytest

from kb.models import Paper, Reading
from kb.ops import reading, summaries
from tests.factories import NOW, note, paper, person, read, starred

pytestmark = pytest.mark.django_db


def pressed(client, entry):
    """The labels of the buttons that are down."""
    page = client.get(entry.get_absolute_url()).content.decode()
    found = re.findall(r'aria-pressed="true">(?:<svg.*?</svg>)?([^<]+)<', page)
    return [label.strip() for label in found]


def press(client, entry, label):
    """Send the form of a button, as a browser without scripts does."""
    page = client.get(entry.get_absolute_url()).content.decode()
    for form in page.split("<form")[1:]:
        action = re.search(r'action="([^"]+)"', form)
        button = re.search(
            r'<button[^>]*name="(\w+)" value="(\w*)"[^>]*>'
            rf"(?:<svg.*?</svg>)?{re.escape(label)}<",
            form,
        )
        if action and button:
            return client.post(action[1], {button[1]: button[2]}, follow=True)
    raise AssertionError(label)


def test_a_star_is_given_and_taken_away(client, member):
    entry = paper()

    given = press(client, entry, "Star")
    assert given.redirect_chain == [(entry.get_absolute_url(), 302)]
    assert "Starred." in given.content.decode()
    assert pressed(client, entry) == ["Star"]

    press(client, entry, "Star")
    assert pressed(client, entry) == []
    assert Reading.objects.get().starred is False


def test_an_entry_is_marked_and_a_second_press_takes_the_mark_away(client, member):
    entry = paper()

    assert "Marked: to read." in press(client, entry, "To read").content.decode()
    press(client, entry, "Reading")
    assert pressed(client, entry) == ["Reading"]
    press(client, entry, "Read")
    assert pressed(client, entry) == ["Read"]

    press(client, entry, "Read")
    assert pressed(client, entry) == []


def test_marks_of_others_are_nobodys_business(client, member):
    entry, wang = paper(), person("wang")
    starred(read(entry, by=wang), by=wang)

    assert pressed(client, entry) == []


def test_an_unknown_state_is_refused(client, member):
    entry = paper()

    response = client.post(f"/entries/{entry.pk}/reading/", {"state": "skimmed"})

    assert response.status_code == 400
    assert not Reading.objects.exists()


@pytest.mark.parametrize("verb", ["star", "reading", "rating", "follow"])
def test_marks_are_for_entries_that_are_there(client, member, verb):
    assert client.post(f"/entries/999/{verb}/").status_code == 404


def test_a_rating_is_given_and_taken_away(client, member):
    entry = paper()

    assert "Rated 4 of 5." in press(client, entry, "4").content.decode()
    assert pressed(client, entry) == ["4"]
    press(client, entry, "4")

    assert pressed(client, entry) == []


@pytest.mark.parametrize("rating", ["0", "6", "-1", "x", "99999", "४"])
def test_a_rating_is_from_1_to_5(client, member, rating):
    entry = paper()

    response = client.post(f"/entries/{entry.pk}/rating/", {"rating": rating})

    assert response.status_code == 400
    assert not Reading.objects.exists()


def test_an_entry_is_followed_and_no_longer(client, member):
    entry = paper()

    assert "You follow this entry." in press(client, entry, "Follow").content.decode()
    assert pressed(client, entry) == ["Follow"]
    press(client, entry, "Follow")

    assert pressed(client, entry) == []
    assert Reading.objects.get().following is False


def test_who_writes_a_summary_follows_its_entry(client, member):
    entry = paper()

    form = {"body": "中文", "base": 0, "writer": ""}
    client.post(f"/entries/{entry.pk}/summary/zh/", form)

    assert pressed(client, entry) == ["Follow"]


def test_imports_make_nobody_follow(member):
    entry = paper()

    summaries.save(entry, "zh", "从清单导入", base=0, by=member, now=NOW)

    assert not Reading.objects.exists()


def undo(client, page):
    """Press the button that a message offers."""
    action = re.search(
        r'class="messages".*?<form[^>]*action="([^"]+)"', page, re.DOTALL
    )
    return client.post(action[1].replace("&amp;", "&"), follow=True)


@pytest.mark.parametrize("label", ["Star", "To read", "Read", "3", "Follow"])
def test_what_was_pressed_can_be_undone(client, member, label):
    entry = paper()
    reading.keep(entry, by=member, now=NOW, state="reading", rating=2)
    before = pressed(client, entry)

    shown = press(client, entry, label).content.decode()
    assert pressed(client, entry) != before
    undo(client, shown)

    assert pressed(client, entry) == before


def has(version):
    """Let the paper have that many versions."""
    Paper.objects.update(latest_version=version)


def test_a_version_that_came_since_it_was_read_is_told_until_it_is_read(client, member):
    entry = paper()
    has(1)
    read(entry, by=member)
    assert "since you read" not in client.get(entry.get_absolute_url()).content.decode()
    has(3)

    for address in (entry.get_absolute_url(), "/"):
        assert "since you read" in client.get(address).content.decode()
    shown = client.get(entry.get_absolute_url()).content.decode()
    assert "Version 3 is out since you read version 1." in shown
    url = f"/entries/{entry.pk}/reading/"
    told = client.post(url, {"state": "read", "version": 3}, follow=True)

    assert "since you read" not in told.content.decode()
    undo(client, told.content.decode())
    assert Reading.objects.get().read_version == 1


def test_htmx_gets_the_marks_alone_with_what_was_done(client, member):
    entry = paper()

    response = client.post(
        f"/entries/{entry.pk}/star/", {"on": "yes"}, headers={"HX-Request": "true"}
    )

    part = response.content.decode()
    assert "<html" not in part
    assert part.count("<entry-marks") == 1
    assert 'hx-swap-oob="innerHTML"' in part
    assert "Starred." in part
    assert "Undo" in part
    assert "Starred." not in client.get("/").content.decode()


def test_lists_show_ones_own_marks(client, member):
    entry = paper(tags=["moe"])
    starred(entry, by=member)
    reading.rate(entry, 5, by=member, now=NOW)
    other = paper("2305.17126", "Tool Makers")
    starred(other, by=person("wang"))

    for address in ("/", "/tags/moe/"):
        shown = client.get(address).content.decode()
        assert shown.count("starred</span>") == 1
        assert "5 of 5" in shown


def test_found_entries_show_ones_own_marks(client, member, library_index):
    starred(paper(title="Sparse attention"), by=member)
    starred(paper("2305.17126", "Dense attention"), by=person("wang"))
    library_index()

    shown = client.get("/search/?q=attention").content.decode()

    assert "Dense" in shown
    assert shown.count("starred</span>") == 1


def test_how_many_read_an_entry_is_told_from_two_on_and_never_who(client, member):
    entry = paper()
    url = entry.get_absolute_url()
    reading.mark(entry, "reading", by=person("wang"), now=NOW)
    assert "reading it" not in client.get(url).content.decode()

    reading.mark(entry, "reading", by=person("zhao"), now=NOW)
    gone = person("gone")
    reading.mark(entry, "reading", by=gone, now=NOW)
    gone.is_active = False
    gone.save()

    shown = client.get(url).content.decode()
    assert "2 are reading it" in shown
    assert "wang" not in shown
    assert "zhao" not in shown


def test_readers_without_account_see_no_marks(client, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()
    for name in ("li", "wang"):
        reading.mark(entry, "reading", by=person(name), now=NOW)

    shown = client.get(entry.get_absolute_url()).content.decode()

    assert "reading it" not in shown
    assert "entry-marks" not in shown


def test_queries_of_an_entry_do_not_grow_with_its_readers(
    client, member, django_assert_max_num_queries
):
    entry = paper()
    note(entry, by=member)
    url = entry.get_absolute_url()
    client.get(url)
    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for n in range(5):
        reading.mark(entry, "reading", by=person(f"w{n}"), now=NOW)
    with django_assert_max_num_queries(20) as many:
        client.get(url)

    assert len(many) == len(few)
