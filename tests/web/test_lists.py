import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kb.models import Entry, Run
from tests.factories import paper, person

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
