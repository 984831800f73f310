from datetime import timedelta

import pytest

from kb.models import Look
from kb.ops import looks
from tests.factories import NOW, person

pytestmark = pytest.mark.django_db


def minutes(n):
    return NOW + timedelta(minutes=n)


@pytest.fixture
def li():
    return person()


def kept():
    one = Look.objects.get()
    return one.before, one.at


def test_before_the_first_look_nothing_is_new(li):
    looks.look("home", by=li, now=NOW)

    assert kept() == (NOW, NOW)


def test_a_visit_lasts_while_somebody_keeps_looking(li):
    for n in (0, 20, 40, 69):
        looks.look("home", by=li, now=minutes(n))

    assert kept() == (NOW, minutes(69))


def test_after_half_an_hour_what_came_since_the_last_look_is_new(li):
    looks.look("home", by=li, now=NOW)
    looks.look("home", by=li, now=minutes(10))

    assert looks.since(Look.objects.get(), now=minutes(39)) == NOW
    assert looks.since(Look.objects.get(), now=minutes(40)) == minutes(10)
    looks.look("home", by=li, now=minutes(40))

    assert kept() == (minutes(10), minutes(40))


def test_what_is_seen_is_not_new(li):
    looks.see("home", by=li, now=NOW)
    looks.look("home", by=li, now=minutes(60))

    looks.see("home", by=li, now=minutes(61))

    assert kept() == (minutes(61), minutes(61))


def test_each_list_and_each_member_by_themselves(li):
    looks.look("home", by=li, now=NOW)
    looks.look("topic:1", by=li, now=NOW)
    looks.look("home", by=person("wang"), now=NOW)

    assert Look.objects.count() == 3
