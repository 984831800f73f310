import re

import pytest

from kb.models import Reading
from tests.factories import paper, person, read, starred

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


@pytest.mark.parametrize("verb", ["star", "reading"])
def test_marks_are_for_entries_that_are_there(client, member, verb):
    assert client.post(f"/entries/999/{verb}/").status_code == 404
