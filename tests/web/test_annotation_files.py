import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.models import Annotation, Topic
from kb.ops import annotations
from tests import filled
from tests.factories import NOW, note, paper, person, topic_at

pytestmark = pytest.mark.django_db
SECRET = "金丝雀canary"

HYPOTHESIS = {
    "annotations": [
        {
            "id": "abc",
            "uri": "https://arxiv.org/abs/2307.02486",
            "text": "从别处来",
            "user": "acct:ann@hypothes.is",
            "permissions": {"read": ["group:__world__"]},
        },
        {"id": "def", "uri": "https://example.org/nowhere", "text": "无处可去"},
    ]
}


def upload(data, name="notes.json"):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return SimpleUploadedFile(name, content, "application/json")


def sent(client, data, **form):
    return client.post("/annotations/", {"file": upload(data), "seen": "file", **form})


def texts(response):
    items = json.loads(response.content)["first"]["items"]
    return {body["value"] for item in items for body in item.get("body", [])}


@pytest.fixture
def library(member):
    """An entry under a topic, with notes of two members."""
    moe = topic_at(["Model", "moe"])
    entry = paper("2307.02486", topics=[moe])
    other = paper("2305.17126", "Elsewhere")
    wang = person("wang")
    note(entry, "我的私人", by=member)
    note(entry, "王的公开", by=wang, visibility="team")
    note(entry, SECRET, by=wang)
    note(other, "别的条目", by=member, visibility="team")
    return entry


def test_each_download_holds_what_the_asker_may_see(client, library):
    moe = library.topics.get()
    addresses = {
        f"/entries/{library.pk}/annotations/": {"我的私人", "王的公开"},
        f"/annotations/topics/{moe.pk}/": {"我的私人", "王的公开"},
        "/annotations/mine/": {"我的私人", "别的条目"},
    }

    for address, wanted in addresses.items():
        response = client.get(address)
        assert response["Content-Type"].startswith("application/ld+json")
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Cache-Control"] == "private, no-store"
        assert texts(response) == wanted, address
        assert SECRET not in response.content.decode()


def test_a_topic_includes_what_is_below_it(client, library):
    above = Topic.objects.get(name="Model")

    assert texts(client.get(f"/annotations/topics/{above.pk}/")) == {
        "我的私人",
        "王的公开",
    }


@pytest.mark.parametrize(
    "address", ["/entries/0/annotations/", "/annotations/topics/0/"]
)
def test_what_is_not_there_has_no_notes(client, member, address):
    assert client.get(address).status_code == 404


def test_readers_without_account_get_none(client, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()

    for address in (f"/entries/{entry.pk}/annotations/", "/annotations/mine/"):
        assert client.get(address)["Location"].startswith("/account/login/")


def test_queries_do_not_grow_with_notes(client, member):
    entry = paper()

    def asked():
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/entries/{entry.pk}/annotations/")
        return len(captured)

    note(entry, "0", by=person("wu"), visibility="team")
    asked()
    before = asked()
    for number in range(1, 8):
        note(entry, f"{number}", by=person(f"wu{number}"), visibility="team")

    assert asked() == before


def test_what_hypothesis_exports_becomes_ones_own_notes(client, member):
    entry = paper("2307.02486")

    page = sent(client, HYPOTHESIS)

    kept = Annotation.objects.get()
    assert (kept.entry, kept.author, kept.visibility) == (entry, member, "team")
    assert kept.body == "从别处来\n\n— ann"
    told = page.content.decode()
    assert "Left out: what it is about is not in the library." in told
    assert "https://example.org/nowhere" in told

    again = sent(client, HYPOTHESIS)
    assert again.context["report"].counts["known"] == 1
    assert Annotation.objects.count() == 1


def test_only_you_is_offered_first_and_means_it(client, member):
    paper("2307.02486")
    shown = filled.form(client.get("/annotations/"), "seen")
    assert shown["seen"] == "me"

    sent(client, HYPOTHESIS, seen="me", mine="on")

    kept = Annotation.objects.get()
    assert (kept.visibility, kept.body) == ("private", "从别处来")


def test_a_look_writes_nothing(client, member):
    paper("2307.02486")

    page = sent(client, HYPOTHESIS, look="1")

    assert "What importing it would do" in page.content.decode()
    assert not Annotation.objects.exists()


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"no json", "$"),
        (b"\xff\xfe", "$"),
        ({"annotations": [{"id": "a"}]}, "$.annotations[0]"),
        ({"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}, "$"),
        ({"annotations": [{"id": f"{n}", "uri": "urn:x"} for n in range(1001)]}, "$"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_says_where(client, member, data, path):
    response = sent(client, data)

    assert response.status_code == 422
    assert f"<code>{path}</code>" in response.content.decode()
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("data", [b" " * (2 * 1024 * 1024 + 1), b""])
def test_a_file_too_large_or_empty_is_refused(client, member, data):
    assert sent(client, data).status_code == 422


def test_a_file_of_ones_own_notes_comes_back_as_known(client, library):
    file = client.get("/annotations/mine/").content

    page = sent(client, file)

    counts = page.context["report"].counts
    assert (counts["known"], page.context["report"].written) == (2, 0)


def test_hostile_words_of_a_file_are_text(client, member):
    hostile = "<script>alert(1)</script>"
    paper("2307.02486")
    row = HYPOTHESIS["annotations"][0]
    data = {
        "annotations": [
            {**row, "text": hostile, "user_info": {"display_name": hostile}},
            {**row, "id": hostile, "uri": f"https://example.org/{hostile}"},
        ]
    }

    told = sent(client, data).content.decode()
    entry = client.get(Annotation.objects.get().entry.get_absolute_url())

    assert "<script>alert" not in told + entry.content.decode()


def test_a_reply_brought_in_does_not_show_a_private_note(client, member):
    kept = note(paper("2307.02486"), SECRET, by=person("wang"))
    address = f"http://127.0.0.1:8000/notes/{kept.pk}/"
    told = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}
    told |= {"id": "urn:x:1", "motivation": "replying", "target": address}
    told |= {"body": {"type": "TextualBody", "value": "答"}}

    page = sent(client, told)

    assert "Left out: what it answers is not here." in page.content.decode()
    assert SECRET not in page.content.decode()


def test_links_lead_there(client, library):
    moe = library.topics.get()

    assert "/annotations/" in client.get("/").content.decode()
    assert f"/annotations/topics/{moe.pk}/" in (
        client.get(moe.get_absolute_url()).content.decode()
    )
    assert f"/entries/{library.pk}/annotations/" in (
        client.get(library.get_absolute_url()).content.decode()
    )


def test_threads_come_along(client, member):
    first = note(paper(), "问", by=member, visibility="team")
    annotations.reply(first, "答", by=person("wang"), now=NOW)

    assert texts(client.get(f"/entries/{first.entry_id}/annotations/")) == {"问", "答"}
