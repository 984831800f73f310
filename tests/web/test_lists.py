import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kb.models import Entry, ReadingList, Run, Topic
from kb.ops import summaries, topics
from tests.factories import NOW, paper, person, topic_at

pytestmark = pytest.mark.django_db

LIST = """\
# paper

## Agent
- [Tool Makers](https://arxiv.org/abs/2305.17126), 让模型造工具
"""


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def test_a_list_is_planned_first_and_then_imported(client, curator):
    file = SimpleUploadedFile("list.md", LIST.encode())
    plan = client.post("/lists/import/", {"file": file})
    assert "Tool Makers" in plan.content.decode()
    assert not Entry.objects.exists()

    done = client.post("/lists/import/", {"text": LIST, "name": "list", "apply": ""})

    run = Run.objects.get()
    assert done["Location"] == run.get_absolute_url()
    assert run.asked_by == curator
    assert Entry.objects.get().title == "Tool Makers"
    assert "Tool Makers" in client.get(done["Location"]).content.decode()


def test_what_may_be_in_the_library_already_is_linked_in_plan_and_run(client, curator):
    known = paper("2301.00001", "Tool Maker")
    link = f'href="{known.get_absolute_url()}"'

    plan = client.post("/lists/import/", {"text": LIST, "name": "list"})
    done = client.post("/lists/import/", {"text": LIST, "name": "list", "apply": ""})

    for page in (plan, client.get(done["Location"])):
        assert "Possible duplicates" in page.content.decode()
        assert link in page.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00l",
        b"a\x00b",
        "中文".encode("gb18030"),
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"x" * (6 * 1024 * 1024),
    ],
    ids=["empty", "utf-16", "NUL", "gb18030", "PNG", "too large"],
)
def test_a_file_that_is_no_list_gets_a_clear_message(client, curator, data):
    response = client.post(
        "/lists/import/", {"file": SimpleUploadedFile("bad.md", data)}
    )

    assert response.status_code == 422
    assert "error" in response.content.decode()
    assert not Entry.objects.exists()


def test_the_export_is_a_download_of_markdown(client, curator):
    paper(title="LongNet")

    response = client.get("/lists/export/")

    assert response["Content-Type"].startswith("text/markdown")
    assert "attachment" in response["Content-Disposition"]
    assert "LongNet" in response.content.decode()


def test_a_list_that_cannot_be_imported_is_refused_in_the_form(client, curator):
    name = "n" * 250
    file = SimpleUploadedFile(f"{name}.md", LIST.encode())

    plan = client.post("/lists/import/", {"file": file})
    named = client.post("/lists/import/", {"text": LIST, "name": name})

    assert plan.status_code == 200
    assert plan.context["form"]["name"].value() == name[:200]
    assert 'enctype="multipart/form-data"' in plan.content.decode()
    assert named.status_code == 422


def test_a_list_that_would_put_a_topic_too_deep_is_refused_in_the_form(client, curator):
    client.post("/lists/import/", {"text": LIST, "name": "list", "apply": ""})
    above = topic_at([f"level {n}" for n in range(31)])
    topics.move(Topic.objects.get(name="Agent"), above, "last-child", by=None)

    text = LIST.replace("- [", "### Tools\n- [")
    form = {"text": text, "name": "list", "apply": ""}
    response = client.post("/lists/import/", form)

    assert response.status_code == 422
    assert "topics deep" in response.content.decode()
    assert not Topic.objects.filter(name="Tools").exists()


def test_an_imported_list_is_handed_back_from_the_page_of_its_import(client, curator):
    text = "# paper\n- [LongNet](https://arxiv.org/abs/2307.02486),  two spaces\n"
    response = client.post(
        "/lists/import/", {"text": text, "name": "我的", "apply": "1"}
    )
    page = client.get(response["Location"]).content.decode()
    kept = ReadingList.objects.get()

    response = client.get(f"/lists/{kept.pk}/export/")

    assert f'href="/lists/{kept.pk}/export/"' in page
    assert response.content.decode() == text
    assert "%E6%88%91%E7%9A%84" in response["Content-Disposition"]


def test_a_list_that_is_not_kept_is_not_there(client, curator):
    kept = ReadingList.objects.create(name="old", imported_at=NOW, sha256="0")

    assert client.get(f"/lists/{kept.pk}/export/").status_code == 404


def test_what_a_list_has_no_way_to_say_is_told(client, curator):
    text = (
        "# paper\n| Title | Notes |\n|---|---|\n| [LongNet](https://a.example/) | x |\n"
    )
    client.post("/lists/import/", {"text": text, "name": "mine", "apply": "1"})
    entry, kept = Entry.objects.get(), ReadingList.objects.get()
    summaries.save(entry, "zh", "中文笔记", base=0, by=curator, now=NOW)

    response = client.get(f"/lists/{kept.pk}/export/")

    assert response.content.decode() == text
    assert "no way to say it: LongNet." in client.get("/").content.decode()
