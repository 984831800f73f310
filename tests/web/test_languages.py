import pytest

from kb.ops import topics
from tests.factories import person, topic_at

pytestmark = pytest.mark.django_db


def test_the_browser_chooses_until_somebody_does(client):
    login = "/account/login/"

    chinese = client.get(login, headers={"accept-language": "zh-CN,zh;q=0.9"})
    english = client.get(login, headers={"accept-language": "fr,en;q=0.5"})

    assert chinese["Content-Language"] == "zh-hans"
    assert 'lang="zh-Hans"' in chinese.content.decode()
    assert english["Content-Language"] == "en"


def test_the_switch_lasts_with_and_without_account(client):
    client.post("/language/", {"language": "zh-hans", "next": "/account/login/"})
    assert client.get("/account/login/")["Content-Language"] == "zh-hans"

    li = person()
    client.force_login(li)
    client.post("/language/", {"language": "en", "next": "/"})
    client.cookies.pop("django_language")
    assert (
        client.get("/", headers={"accept-language": "zh-CN"})["Content-Language"]
        == "en"
    )


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:x"]
)
def test_the_switch_leads_nowhere_else(client, target):
    response = client.post("/language/", {"language": "en", "next": target})

    assert response["Location"] == "/"


def test_topics_show_their_name_in_the_readers_language(client):
    topic = topic_at(["Finetune"])
    topics.describe(topic, names={"zh": "微调"}, intro="", by=None)
    client.force_login(person())

    chinese = client.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    english = client.get("/", headers={"accept-language": "en"}).content.decode()

    assert "微调" in chinese
    assert "Finetune" in english
