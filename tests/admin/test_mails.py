import pytest

from kb.models import Mail, Notification
from kb.models.notifications import ATTEMPTS
from kb.ops import digests, looks, notifications
from tests.factories import NOW, followed, note, paper, person

pytestmark = pytest.mark.django_db
PAGE = "/admin/kb/mail/"


@pytest.fixture
def boss(client):
    boss = person("boss", admin=True)
    client.force_login(boss)
    return boss


@pytest.fixture
def failed():
    """A digest that its server did not take."""
    li, wang = person("li"), person("wang")
    digests.choose(wang, "daily", now=NOW)
    note(followed(paper(), by=wang), "canarybird", by=li, visibility="team")
    digests.make_due(now=NOW.replace(day=6))
    Mail.objects.update(attempts=3, problem="ConnectionRefusedError: nobody there")
    return Mail.objects.get()


def test_admins_see_what_failed_and_why(client, boss, failed):
    shown = client.get(PAGE).content.decode()

    assert "nobody there" in shown
    assert "wang" in shown
    assert "failed, tried again later" in shown


def test_nobody_reads_what_a_mail_says_or_gets_its_key(client, boss, failed):
    for address in (PAGE, f"{PAGE}{failed.pk}/change/"):
        shown = client.get(address).content.decode()
        assert "canarybird" not in shown
        assert "/unsubscribe/" not in shown
    assert "field-made_at" not in client.get(f"{PAGE}?q=canarybird").content.decode()
    for field in ("text", "html", "unsubscribe_url"):
        asked = client.get(f"{PAGE}?{field}__contains=canarybird")
        assert asked.status_code == 400, field


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"attempts": 0}, "waiting"),
        ({"attempts": 1}, "failing"),
        ({"attempts": ATTEMPTS}, "given up"),
        ({"sent_at": NOW, "problem": ""}, "sent"),
        ({"sent_at": NOW, "problem": "begun"}, "unknown"),
    ],
)
def test_mails_are_found_by_how_they_stand(client, boss, failed, fields, state):
    Mail.objects.update(**fields)

    for asked in ("sent", "waiting", "failing", "given up", "unknown"):
        shown = client.get(PAGE, {"state": asked}).content.decode()
        assert ("field-made_at" in shown) == (asked == state), asked


def test_one_is_sent_again(client, boss, failed):
    action = {"action": "send_again", "_selected_action": [failed.pk]}

    shown = client.post(PAGE, action, follow=True).content.decode()

    assert "1 mail will be sent." in shown
    failed.refresh_from_db()
    assert (failed.attempts, failed.problem, failed.sent_at) == (0, "", None)


def test_nobody_changes_or_deletes_one(client, boss, failed):
    for page in ("change", "delete"):
        response = client.post(f"{PAGE}{failed.pk}/{page}/", {"post": "yes"})
        assert response.status_code == 403


def test_mails_and_news_do_not_keep_an_account_or_an_entry_from_going(client, boss):
    unused, li, entry = person("unused"), person("li"), paper()
    urls = (
        f"/admin/auth/user/{unused.pk}/delete/",
        f"/admin/kb/entry/{entry.pk}/delete/",
    )
    bare = [listed(client.get(url)) for url in urls]

    written = note(followed(entry, by=unused), "x", by=li, visibility="team")
    notifications.of_note(written, mentioned=[unused], now=NOW)
    looks.look("home", by=unused, now=NOW)
    Mail.objects.create(member=unused, subject="x", text="x", made_at=NOW, due_at=NOW)

    assert [listed(client.get(url)) for url in urls] == bare
    for url in urls:
        client.post(url, {"post": "yes"})
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()


def listed(response):
    """What a page that asks before deleting says would go, or forbids it."""
    context = response.context
    counts = {str(name): count for name, count in context["model_count"]}
    return context["deleted_objects"], counts, context["perms_lacking"]
