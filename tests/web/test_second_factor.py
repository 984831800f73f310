"""A second factor: asked for at log-in, and set up first where the site says so."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kb.models import AuditLine
from kb.models.audit import Act
from tests.factories import person

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def with_app(user):
    """Give somebody an authenticator app; return what it shows."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return lambda: totp.format_hotp_value(
        totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))
    )


def logged_in(client):
    return client.get(reverse("kb:shelf")).status_code == 200


def log_in(client, name="li"):
    said = {"login": name, "password": PASSWORD}
    return client.post(reverse("account_login"), said)


def test_the_code_is_asked_for_after_the_password():
    code = with_app(person("li"))
    client = Client()

    page = log_in(client)
    assert page.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert not logged_in(client)

    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not logged_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert logged_in(client)


def test_a_recovery_code_lets_in_once():
    li = person("li")
    with_app(li)
    RecoveryCodes.activate(li)
    kept = Authenticator.objects.get(user=li, type="recovery_codes")
    code = RecoveryCodes(kept).get_unused_codes()[0]

    for expected in (True, False):
        client = Client()
        log_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert logged_in(client) == expected


@pytest.mark.parametrize(
    ("setting", "led"),
    [("optional", ()), ("curators", ("wang",)), ("everyone", ("li", "wang"))],
)
def test_who_must_have_one_is_led_to_set_it_up(settings, setting, led):
    settings.TWO_FACTOR = setting
    people = {"li": person("li"), "wang": person("wang", curator=True)}

    for name, user in people.items():
        client = Client()
        client.force_login(user)
        page = client.get(reverse("kb:shelf"))
        if name in led:
            assert page.headers["Location"] == reverse("mfa_activate_totp")
            assert client.get(reverse("kb:export")).status_code == 302
            assert client.post(reverse("account_logout")).status_code == 302
        else:
            assert page.status_code == 200


def test_who_has_one_goes_on(settings):
    settings.TWO_FACTOR = "everyone"
    li = person("li")
    with_app(li)
    client = Client()
    client.force_login(li)

    assert logged_in(client)


def test_an_app_is_set_up_by_its_code():
    li, client = person("li"), Client()
    log_in(client)

    page = client.get(reverse("mfa_activate_totp"))
    client.post(page.headers["Location"], {"password": PASSWORD})

    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    value = totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time())))
    said = {"code": totp.format_hotp_value(value)}
    client.post(reverse("mfa_activate_totp"), said)

    assert Authenticator.objects.filter(user=li, type="totp").exists()


def test_an_admin_lets_in_who_lost_theirs():
    boss, li = person("boss", admin=True), person("li")
    with_app(li)
    admin = Client()
    admin.force_login(boss)

    admin.post(reverse("kb:people"), {"person": li.pk, "factor": 1})

    client = Client()
    log_in(client)
    assert logged_in(client)
    assert AuditLine.objects.get().act == Act.FACTOR
