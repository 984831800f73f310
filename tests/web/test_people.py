import re

import pytest
from django.contrib.auth.models import User
from django.core import mail

from tests.factories import person

pytestmark = pytest.mark.django_db


def test_an_invitation_leads_to_an_account(client):
    client.force_login(person("wang", curator=True))
    form = {"username": "zhao", "email": "zhao@example.org"}
    page = client.post("/people/invite/", form).content.decode()
    link = re.search(r"/account/password/reset/key/[^\s\"<]+", page)[0]
    assert link in mail.outbox[0].body
    client.logout()

    opened = client.get(link, follow=True)
    password = {"password1": "a long enough one", "password2": "a long enough one"}
    client.post(opened.redirect_chain[-1][0], password)
    login = {"login": "zhao", "password": "a long enough one"}
    response = client.post("/account/login/", login)

    assert response["Location"] == "/"
    zhao = User.objects.get(username="zhao")
    assert zhao.member.invited_by.username == "wang"
    assert not zhao.is_staff


def test_an_invited_curator_has_exactly_a_curators_rights():
    wang = person("wang", curator=True)

    assert wang.is_staff
    assert wang.has_perms(["kb.change_topic", "kb.add_summary", "kb.view_run"])
    assert not wang.has_perm("kb.delete_entry")
    assert not wang.has_perm("auth.change_user")


def test_the_same_name_is_not_invited_twice(client):
    client.force_login(person("wang", curator=True))

    response = client.post(
        "/people/invite/", {"username": "WANG", "email": "other@example.org"}
    )

    assert response.status_code == 422
    assert User.objects.count() == 1


def test_nobody_signs_up_alone(client):
    form = {
        "username": "eve",
        "email": "eve@example.org",
        "password1": "a long enough one",
    }
    client.post("/account/signup/", {**form, "password2": "a long enough one"})

    assert not User.objects.exists()


def test_a_password_is_reset_by_mail(client):
    person("li")

    client.post("/account/password/reset/", {"email": "li@example.org"})

    assert "/account/password/reset/key/" in mail.outbox[0].body


def test_log_in_accepts_name_or_address(client):
    person("li")
    for login in ("li", "LI@example.org"):
        response = client.post(
            "/account/login/", {"login": login, "password": "correct horse battery"}
        )
        assert response["Location"] == "/", login
        client.logout()
