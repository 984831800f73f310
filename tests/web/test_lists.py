import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kb import tasks
from kb.models import Entry, ImportDraft, ReadingList, Run, Topic
from kb.ops import fetching, summaries, topics
from tests.factories import NOW, paper, person, topic_at
from tests.websites import text, website

pytestmark = pytest.mark.django_db


def sent(client, text, name="list", **more):
    """Send a list in, and return the page of its plan."""
    form = {"text": text, "name": name, **more}
    return client.post("/lists/import/", form, follow=True)


def imported(client, text, name="list", **choices):
    """Send a list in and import it; return where that led."""
    address = sent(client, text, name).redirect_chain[-1][0]
    begun = client.post(address, {"apply": "", **choices})
    tasks.import_sent_lists()
    return begun


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
    plan = client.post("/lists/import/", {"file": file}, follow=True)
    assert "Tool Makers" in plan.content.decode()
    assert not Entry.objects.exists()

    done = imported(client, LIST)

    run = Run.objects.get()
    assert done["Location"] == run.get_absolute_url()
    assert run.asked_by == curator
    assert Entry.objects.get().title == "Tool Makers"
    assert "Tool Makers" in client.get(done["Location"]).content.decode()


def test_what_may_be_in_the_library_already_is_linked_in_plan_and_run(client, curator):
    known = paper("2301.00001", "Tool Maker")
    link = f'href="{known.get_absolute_url()}"'

    plan = sent(client, LIST)
    done = imported(client, LIST)

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

    plan = client.post("/lists/import/", {"file": file}, follow=True)
    named = client.post("/lists/import/", {"text": LIST, "name": name})

    assert plan.status_code == 200
    assert plan.context["again"]["name"].value() == name[:200]
    assert 'enctype="multipart/form-data"' in plan.content.decode()
    assert named.status_code == 422


def test_a_list_that_would_put_a_topic_too_deep_is_refused_in_the_form(client, curator):
    imported(client, LIST)
    above = topic_at([f"level {n}" for n in range(31)])
    topics.move(Topic.objects.get(name="Agent"), above, "last-child", by=None)

    response = sent(client, LIST.replace("- [", "### Tools\n- ["))

    assert response.status_code == 422
    assert "topics deep" in response.content.decode()
    assert not Topic.objects.filter(name="Tools").exists()


def test_an_imported_list_is_handed_back_from_the_page_of_its_import(client, curator):
    given = "# paper\n- [LongNet](https://arxiv.org/abs/2307.02486),  two spaces\n"
    response = imported(client, given, "我的")
    page = client.get(response["Location"]).content.decode()
    kept = ReadingList.objects.get()

    response = client.get(f"/lists/{kept.pk}/export/")

    assert f'href="/lists/{kept.pk}/export/"' in page
    assert response.content.decode() == given
    assert "%E6%88%91%E7%9A%84" in response["Content-Disposition"]


def test_a_list_that_is_not_kept_is_not_there(client, curator):
    kept = ReadingList.objects.create(name="old", imported_at=NOW, sha256="0")

    assert client.get(f"/lists/{kept.pk}/export/").status_code == 404


def test_what_a_list_has_no_way_to_say_is_told(client, curator):
    given = (
        "# paper\n| Title | Notes |\n|---|---|\n| [LongNet](https://a.example/) | x |\n"
    )
    imported(client, given, "mine")
    entry, kept = Entry.objects.get(), ReadingList.objects.get()
    summaries.save(entry, "zh", "中文笔记", base=0, by=curator, now=NOW)

    response = client.get(f"/lists/{kept.pk}/export/")

    assert response.content.decode() == given
    assert "no way to say it: LongNet." in client.get("/").content.decode()


TWO = f"{LIST}- [LongNet](https://arxiv.org/abs/2307.02486), 十亿\n"


def test_a_list_is_imported_byte_by_byte_as_it_was_sent(client, curator):
    data = "\ufeff# paper\r\n- [LongNet](https://arxiv.org/abs/2307.02486)\r\n".encode()
    file = SimpleUploadedFile("mine.md", data)

    plan = client.post("/lists/import/", {"file": file}, follow=True)
    client.post(plan.redirect_chain[-1][0], {"apply": ""})
    tasks.import_sent_lists()

    kept = ReadingList.objects.get(name="mine")
    assert client.get(f"/lists/{kept.pk}/export/").content == data


def test_what_is_ticked_is_left_out_now_and_the_next_time(client, curator):
    left = "https://arxiv.org/abs/2307.02486"

    imported(client, TWO, leave=[left])
    again = sent(client, TWO)

    assert [entry.title for entry in Entry.objects.all()] == ["Tool Makers"]
    assert "Left out" in again.content.decode()
    assert again.context["report"].changes == 0
    kept = ReadingList.objects.get()
    assert client.get(f"/lists/{kept.pk}/export/").content.decode() == TWO


def test_what_was_left_out_can_be_taken_in_again(client, curator):
    left = "https://arxiv.org/abs/2307.02486"
    imported(client, TWO, leave=[left])

    imported(client, TWO, take=[left])

    assert Entry.objects.filter(title="LongNet").exists()


def test_a_choice_is_kept_while_the_plan_is_looked_at_again(client, curator):
    address = sent(client, TWO).redirect_chain[-1][0]

    plan = client.post(
        address, {"leave": ["https://arxiv.org/abs/2307.02486"]}, follow=True
    )

    assert plan.context["report"].counts["created"] == 1
    assert not Entry.objects.exists()


def test_a_list_goes_under_the_topic_that_was_chosen(client, curator):
    above = topic_at(["Reading", "From others"])
    loose = "# paper\n- [LongNet](https://arxiv.org/abs/2307.02486)\n\n## Agent\n"

    imported(client, loose, under=above.pk)
    again = sent(client, loose)

    agent = Topic.objects.get(name="Agent")
    assert Topic.objects.get_parent(agent) == above
    assert list(Entry.objects.get().topics.all()) == [above]
    assert again.context["report"].changes == 0


def test_the_line_of_the_list_stands_beside_what_is_made_of_it(client, curator):
    page = sent(client, TWO).content.decode()

    assert "- [LongNet](https://arxiv.org/abs/2307.02486), 十亿" in page


def test_a_list_is_imported_once_however_often_the_button_is_pressed(client, curator):
    address = sent(client, LIST).redirect_chain[-1][0]
    first = client.post(address, {"apply": ""})
    second = client.post(address, {"apply": ""})
    tasks.import_sent_lists()

    assert first["Location"] == second["Location"]
    again = client.post(address, {"apply": ""}, follow=True)

    assert "has been imported or dropped" in again.content.decode()
    assert Run.objects.count() == 1


def test_a_list_on_the_web_is_read_where_it_is(client, curator, monkeypatch):
    with website() as site:
        monkeypatch.setattr(fetching, "RULES", site.rules())
        monkeypatch.setattr(fetching, "RESOLVER", site.resolve)
        site.replies["/team/README.md"] = text(LIST.encode())

        form = {"url": f"{site.url}/team/README.md"}
        plan = client.post("/lists/import/", form, follow=True)

    assert plan.context["report"].name == "README"
    assert "Tool Makers" in plan.content.decode()


def test_an_address_inside_is_refused_in_the_form(client, curator):
    response = client.post("/lists/import/", {"url": "http://127.0.0.2/list.md"})

    assert response.status_code == 422
    assert "127.0.0.2 is not on the public" in response.content.decode()


def test_an_import_is_stopped_before_its_end_and_nothing_is_written(client, curator):
    many = "# paper\n" + "".join(
        f"- [Paper {n}](https://a.example/{n})\n" for n in range(300)
    )
    address = sent(client, many).redirect_chain[-1][0]
    begun = client.post(address, {"apply": ""})

    client.post(f"{begun['Location']}stop/")
    tasks.import_sent_lists()

    assert not Entry.objects.exists()
    assert Run.objects.get().outcome == "stopped"
    page = client.get(begun["Location"]).content.decode()
    assert "Nothing was saved" in page
    assert f'href="{address}"' in page


def test_a_list_that_was_stopped_can_be_imported_after_all(client, curator):
    address = sent(client, LIST).redirect_chain[-1][0]
    begun = client.post(address, {"apply": ""})
    client.post(f"{begun['Location']}stop/")

    client.post(address, {"apply": ""})
    tasks.import_sent_lists()

    assert Entry.objects.get().title == "Tool Makers"


def test_an_import_that_is_over_cannot_be_stopped(client, curator):
    done = imported(client, LIST)

    client.post(f"{done['Location']}stop/")

    assert Run.objects.get().outcome == "done"


def test_why_a_job_could_not_import_a_list_is_told_on_its_page(client, curator):
    address = sent(client, LIST).redirect_chain[-1][0]
    begun = client.post(address, {"apply": ""})
    ImportDraft.objects.update(source=b"\x89PNG\r\n\x1a\n\x00\x00")

    tasks.import_sent_lists()

    assert Run.objects.get().outcome == "failed"
    assert Run.objects.get().problem in html.unescape(
        client.get(begun["Location"]).content.decode()
    )


def test_an_import_is_undone_from_its_page_and_offered_again(client, curator):
    run = imported(client, LIST)["Location"]
    assert "Undo this import" in client.get(run).content.decode()

    undone = client.post(f"{run}undo/")["Location"]
    tasks.undo_runs()

    assert not Entry.objects.exists()
    told = client.get(undone).content.decode()
    assert ImportDraft.objects.get().get_absolute_url() in told
    over = client.get(run).content.decode()
    assert undone in over
    assert "Undo this import" not in over


def test_an_import_that_cannot_be_undone_yet_says_why(client, curator):
    older = imported(client, LIST)["Location"]
    imported(client, LIST + "- [Another](https://example.org/another)\n")

    said = client.post(f"{older}undo/", follow=True).content.decode()

    assert "Undo the newer import first" in said
    assert Entry.objects.count() == 2


def test_a_page_of_an_undone_import_names_what_was_left(client, curator):
    run = imported(client, LIST)["Location"]
    entry = Entry.objects.get()
    summaries.save(entry, "en", "Ours.", base=0, by=curator, now=NOW)

    undone = client.post(f"{run}undo/")["Location"]
    tasks.undo_runs()

    told = client.get(undone).content.decode()
    assert entry.get_absolute_url() in told
    assert "Topics that stay" in told
