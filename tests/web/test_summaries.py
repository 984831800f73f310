import pytest

from kb.models import Summary
from kb.ops import summaries
from tests import filled
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.django_db


def test_a_summary_is_written_and_shown_rendered(client, member):
    entry = paper()

    response = client.post(
        f"/entries/{entry.pk}/summary/zh/",
        {"body": "代价 $O(n)$", "base": 0},
        follow=True,
    )

    assert "<math" in response.content.decode()
    assert Summary.objects.get().edited_by == member


def test_saving_over_a_newer_text_shows_both_and_keeps_mine(client, member):
    entry = paper()
    summaries.save(entry, "zh", "他人的新文字", base=0, by=person("wang"), now=NOW)
    url = f"/entries/{entry.pk}/summary/zh/"

    response = client.post(url, {"body": "我的文字", "base": 0})

    page = response.content.decode()
    assert response.status_code == 409
    assert "他人的新文字" in page
    assert "我的文字" in page
    assert entry.summaries.get().body == "他人的新文字"

    client.post(url, {**filled.form(response), "body": "两人的文字"})
    assert entry.summaries.get().body == "两人的文字"


@pytest.mark.parametrize(
    "form", [{"body": "", "base": 0}, {"body": "x"}, {"base": "y"}, {}]
)
def test_bad_forms_save_nothing(client, member, form):
    entry = paper()

    response = client.post(f"/entries/{entry.pk}/summary/zh/", form)

    assert response.status_code == 422
    assert not Summary.objects.exists()


def test_a_text_over_the_limit_is_kept_in_the_form(client, member):
    entry = paper()
    body = "长" * 30_000

    response = client.post(
        f"/entries/{entry.pk}/summary/zh/", {"body": body, "base": 0}
    )

    assert response.status_code == 422
    assert body in response.content.decode()


def test_the_preview_is_what_the_page_will_show(client, member):
    body = "**重点（注意）**方法，见 https://arxiv.org/abs/2307.02486，$x^2$"
    entry = paper()
    summaries.save(entry, "zh", body, base=0, by=member, now=NOW)

    preview = client.post("/preview/", {"body": body}).content.decode()

    html = entry.summaries.get().html
    assert html.strip() in preview
    assert html.strip() in client.get(entry.get_absolute_url()).content.decode()


def test_a_preview_over_the_limit_says_so(client, member):
    response = client.post("/preview/", {"body": "长" * 30_000})

    assert response.status_code == 200
    assert "<p" in response.content.decode()


def test_who_else_is_editing_is_shown(client, member):
    entry, wang = paper(), person("wang")
    url = f"/entries/{entry.pk}/summary/zh/"
    assert "is editing this too" not in client.get(url).content.decode()
    client.force_login(wang)
    alone = client.post(f"{url}writing/")
    assert "is editing" not in alone.content.decode()

    client.force_login(member)

    assert "wang is editing this too" in client.get(url).content.decode()
    sign = client.post(f"{url}writing/")
    assert "wang is editing this too" in sign.content.decode()
    client.force_login(wang)
    assert "li is editing this too" in client.get(url).content.decode()
    client.post(url, {"body": "一", "base": 0})
    client.force_login(member)
    assert "is editing this too" not in client.get(url).content.decode()


def test_the_editor_works_without_the_server_that_knows_who_writes(
    client, member, settings
):
    settings.REDIS_URL = "unix:///nowhere/valkey"
    url = f"/entries/{paper().pk}/summary/zh/"

    assert client.get(url).status_code == 200
    assert client.post(f"{url}writing/").status_code == 200
    assert client.post(url, {"body": "一", "base": 0}).status_code == 302


def test_looking_at_the_editor_is_no_sign_of_writing(client, member):
    url = f"/entries/{paper().pk}/summary/zh/"
    client.get(url)

    client.force_login(person("wang"))

    assert "is editing" not in client.get(url).content.decode()
