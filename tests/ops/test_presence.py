from datetime import timedelta

import pytest
from django.test import override_settings

from kb.ops import presence
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return person("li")


@pytest.fixture
def wang():
    return person("wang")


@pytest.fixture
def thing(request):
    """Something that no other test writes."""
    return request.node.nodeid


def later(**by):
    return NOW + timedelta(**by)


def there(thing, but, now=NOW):
    return [tuple(one) for one in presence.others(thing, but=but, now=now)]


def test_others_are_seen_since_they_began_and_oneself_is_not(thing, li, wang):
    for seconds in range(0, 200, 20):
        presence.come(thing, by=wang, now=later(seconds=seconds))
    presence.come(thing, by=li, now=later(seconds=180))

    assert there(thing, li, later(seconds=185)) == [("wang", 3)]
    assert there(thing, wang, later(seconds=185)) == [("li", 0)]


def test_who_gives_no_sign_has_left_and_begins_anew(thing, li, wang):
    presence.come(thing, by=wang, now=NOW)

    assert there(thing, li, later(seconds=presence.LASTS)) == []
    presence.come(thing, by=wang, now=later(minutes=5))
    assert there(thing, li, later(minutes=5)) == [("wang", 0)]


def test_who_is_done_is_gone_at_once(thing, li, wang):
    presence.come(thing, by=wang, now=NOW)

    presence.leave(thing, by=wang)

    assert there(thing, li) == []


def test_who_writes_something_else_is_not_there(thing, li, wang):
    presence.come(f"{thing} else", by=wang, now=NOW)

    assert there(thing, li) == []


def test_the_first_to_begin_is_named_first(thing, li, wang):
    zhao = person("zhao")
    presence.come(thing, by=zhao, now=NOW)
    presence.come(thing, by=wang, now=later(seconds=1))

    assert there(thing, li, later(seconds=2)) == [("zhao", 0), ("wang", 0)]


def test_who_was_deactivated_is_not_named(thing, li, wang):
    presence.come(thing, by=wang, now=NOW)
    wang.is_active = False
    wang.save()

    assert there(thing, li) == []


@override_settings(REDIS_URL="unix:///nowhere/valkey")
def test_without_the_server_nobody_seems_to_write(thing, li, wang):
    presence.come(thing, by=wang, now=NOW)
    presence.leave(thing, by=wang)

    assert there(thing, li) == []
