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


def test_somebody_invited_with_capitals_can_log_in_by_name(client):
    client.force_login(person("wang", curator=True))
    form = {"username": "Zhao.Li", "email": "zhao@example.org"}
    page = client.post("/people/invite/", form).content.decode()
    user = User.objects.get(email="zhao@example.org")
    user.set_password("a long enough one")
    user.save()
    client.logout()

    login = {"login": "Zhao.Li", "password": "a long enough one"}
    assert client.post("/account/login/", login)["Location"] == "/"
    assert user.username in page


def test_an_address_too_long_for_an_account_is_refused_in_the_form(client):
    client.force_login(person("wang", curator=True))
    domain = ".".join(["a" * 60] * 4)
    form = {"username": "zhao", "email": f"{'z' * 30}@{domain}.org"}

    assert client.post("/people/invite/", form).status_code == 422


def test_the_mail_for_a_new_password_says_from_where_it_comes(client):
    person("li")

    client.post(
        "/account/password/reset/",
        {"email": "li@example.org"},
        headers={"host": "localhost"},
    )

    mailed = mail.outbox[0]
    assert mailed.subject == "[Zhaji] A new password for your account"
    assert "Hello li," in mailed.body
    assert "Zhaji (localhost)" in mailed.body
    assert "http://localhost/account/password/reset/key/" in mailed.body
    assert "example" not in mailed.body


def test_log_in_works_without_the_broker(client, settings):
    gone = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey"}
    settings.CACHES = {"default": gone}
    person("li")

    for password in ("wrong", "correct horse battery"):
        form = {"login": "li", "password": password}
        response = client.post("/account/login/", form)

    assert response["Location"] == "/"


def test_the_admin_has_no_log_in_of_its_own(client):
    response = client.get("/admin/login/?next=/admin/kb/paper/")

    assert response["Location"] == "/account/login/?next=%2Fadmin%2Fkb%2Fpaper%2F"
