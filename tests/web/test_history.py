from datetime import timedelta

import pytest
from django.db import connection

from kb.models import Entry, Paper, Topic
from kb.ops import entries, papers, resources, topics
from kb.ops.acting import acting
from kb.ops.entries import Wanted
from kb.ops.imports.run import import_list
from kb.web import history
from tests.factories import (
    NOW,
    blog,
    milestone,
    note,
    paper,
    person,
    resource,
    topic_at,
    with_comment,
)

pytestmark = pytest.mark.django_db
# Acts of one transaction have one time: to tell of them in order, each has its own.
in_order = pytest.mark.django_db(transaction=True)


def fetched(entry, **said):
    """Let the machine keep what arXiv says."""
    with acting(None, "refresh from arXiv"):
        Paper.objects.filter(pk=entry.pk).update(**said)


def lines(client, entry, page=1):
    """What each line says: who, why, and the fields as people mark them."""
    response = client.get(f"/entries/{entry.pk}/history/?page={page}")
    return [
        (line.who, line.why, {what.label: marked(what.pieces) for what in line.what})
        for line in response.context["lines"]
    ]


def marked(pieces):
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[kind].format(text) for kind, text in pieces)


def page_of(client, entry):
    return client.get(f"/entries/{entry.pk}/history/").content.decode()


@in_order
def test_an_edit_is_one_line_that_says_who_why_and_what(client, member):
    model, agent = topic_at(["Model"]), topic_at(["Agent"])
    entry = paper(title="LongNet 论文", topics=[model], tags=["moe"])

    wanted = Wanted("LongNet 新论文", "paper", [agent], ["moe", "长文本"])
    entries.edit(entry, wanted, by=person("wu"))

    assert lines(client, entry)[0] == (
        "wu",
        "edited the entry",
        {
            "Title": "LongNet [+新+]论文",
            "Topics": "[-Model-], [+Agent+]",
            "Tags": "[+长文本+]",
        },
    )


def test_the_first_line_says_who_added_it_and_as_what(client, member):
    entry = paper(by=member)

    assert lines(client, entry) == [
        (
            "li",
            "added the entry",
            {
                "Title": "LongNet",
                "Address": "https://arxiv.org/abs/2307.02486",
                "Status": "listed",
                "arXiv id": "2307.02486",
            },
        )
    ]


@in_order
def test_what_arxiv_brought_was_brought_by_the_machine(client, member):
    entry = paper()
    fetched(entry, abstract="We show X.", latest_version=1, authors=[{"name": "A. B"}])

    fetched(
        entry,
        abstract="We show X. We show Y.",
        latest_version=2,
        authors=[{"name": "A. B"}, {"name": "李 明"}],
        withdrawn=True,
        published_at=NOW,
    )

    who, why, what = lines(client, entry)[0]
    assert (who, why) == ("The machine", "brought it up to date from arXiv")
    assert what == {
        "Abstract": "We show X.[+ We show Y.+]",
        "Latest version number": "[-1-] → [+2+]",
        "Authors": "A. B[+, 李 明+]",
        "Withdrawn": "[-no-] → [+yes+]",
        "First version": "March 4, 2026",
    }


def test_what_only_keeps_the_machines_books_is_no_line(client, member):
    entry = paper()
    before = lines(client, entry)

    papers.ask(Paper.objects.all(), by=member, now=NOW)
    papers.postpone([Paper.objects.get()], "no answer", now=NOW)
    Paper.objects.update(title_from_arxiv=True)
    Entry.objects.update(position=7)

    assert lines(client, entry) == before


def test_what_came_and_went_in_one_act_is_no_line(client, member):
    entry, agent = paper(), topic_at(["Agent"])
    before = lines(client, entry)

    with acting(member, "edit entry"):
        entries.file(entry, [agent])
        entries.file(entry, [], only=True)
        Entry.objects.update(title="For a moment")
        Entry.objects.update(title="LongNet")

    assert lines(client, entry) == before


@in_order
def test_links_come_and_go_by_their_address(client, member):
    entry = paper()
    link = resource(entry, "https://github.com/a/b", by=person("wu"))
    resources.take_off(link, by=member)
    resources.put_back(link, by=member)
    with acting(None, "refresh from arXiv"):
        resources.found(with_comment(entry, "see hf.co/a/m"), now=NOW)

    found, back, off, added = lines(client, entry)[:4]

    assert found[0] == "The machine"
    assert found[2]["Links"] == "[+https://huggingface.co/a/m+]"
    assert back == ("li", "put back a link", {"Links": "[+https://github.com/a/b+]"})
    assert off == ("li", "took off a link", {"Links": "[-https://github.com/a/b-]"})
    assert added == ("wu", "added a link", {"Links": "[+https://github.com/a/b+]"})


def test_an_imported_list_is_named(client, member):
    text = "# paper\n\n## Agent\n- [Tools](https://arxiv.org/abs/2305.17126)\n"
    import_list(text, name="我们的清单", by=member, now=NOW)

    ((who, why, what),) = lines(client, Entry.objects.get())

    assert (who, why) == ("li", "imported the list “我们的清单”")
    assert what["Topics"] == "[+Agent+]"


@in_order
def test_who_writes_into_the_database_is_not_taken_for_the_machine(client, member):
    entry = paper()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE kb_entry SET title = 'by hand'")

    who, why, _what = lines(client, entry)[0]
    assert (who, why) == ("Somebody outside the site", "")


@in_order
def test_a_reason_without_words_of_its_own_is_shown_as_it_is(client, member):
    entry = paper()

    with acting(member, "merge of twins"):
        Entry.objects.update(title="New")

    assert lines(client, entry)[0][1] == "merge of twins"


@in_order
def test_a_topic_that_is_gone_keeps_its_name(client, member):
    topic = topic_at(["Short-lived"])
    entry = paper(topics=[topic])
    entries.edit(entry, Wanted("LongNet", "paper"), by=member)
    topics.delete(Topic.objects.get(), by=member)

    assert lines(client, entry)[0][2] == {"Topics": "[-Short-lived-]"}


def test_milestones_stand_in_the_same_stream(client, member):
    entry = paper()
    milestone(entry, version=3, at=NOW - timedelta(days=40))
    milestone(entry, "withdrawn", at=NOW + timedelta(days=9000))

    page = page_of(client, entry)

    places = ["Withdrawn by its authors", "added the entry", "New version"]
    assert sorted(places, key=page.index) == places
    assert 'href="https://arxiv.org/abs/2307.02486v3"' in page


def test_a_post_has_a_history_too(client, member):
    entry = blog(by=member)

    assert lines(client, entry)[0][2]["Address"] == "https://example.org/post"


def test_history_holds_no_notes(client, member):
    entry = paper()
    note(entry, "a secret", by=member, visibility="private")

    assert "a secret" not in page_of(client, entry)


def test_hostile_words_are_text(client, member):
    entry = paper(title="<script>alert(1)</script>")
    fetched(entry, abstract="<img src=x onerror=alert(2)>")

    page = page_of(client, entry)

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror" in page


def test_what_came_and_what_went_is_heard_too(client, member):
    entry = paper(title="Old words")
    entries.edit(entry, Wanted("New words", "paper"), by=member)

    page = page_of(client, entry)

    assert '<span class="unseen" lang="en">removed: </span>Old</del>' in page
    assert '<span class="unseen" lang="en">added: </span>New</ins>' in page


@in_order
def test_old_lines_are_on_later_pages_and_none_is_lost(client, member):
    entry = paper()
    for number in range(history.PAGE + 4):
        entries.edit(entry, Wanted(f"Title {number}", "paper"), by=member)

    first, second = lines(client, entry), lines(client, entry, page=2)

    assert (len(first), len(second)) == (history.PAGE, 5)
    assert second[-1][1] == "added the entry"
    assert lines(client, entry, page="99") == second


def test_queries_do_not_grow_with_lines(client, member, django_assert_max_num_queries):
    entry = paper(topics=[topic_at(["Model"])], tags=["moe"])

    def change(start, count):
        for number in range(start, start + count):
            by = person(f"wu{number}")
            wanted = Wanted(f"T{number}", "paper", [topic_at([f"t{number}"])], ["x"])
            entries.edit(entry, wanted, by=by)
            fetched(entry, abstract=f"{number} words")
            resource(entry, f"https://github.com/a/{number}", by=by)
            milestone(entry, version=number + 2)
            milestone(entry, "published", after={"journal_ref": f"Nature {number}"})

    change(0, 2)
    lines(client, entry)
    with django_assert_max_num_queries(24) as few:
        lines(client, entry)
    change(2, 6)
    with django_assert_max_num_queries(24) as many:
        lines(client, entry)

    assert len(many) == len(few)


def test_readers_without_account_see_no_history(client, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()

    response = client.get(f"/entries/{entry.pk}/history/")

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
    assert "/history/" not in client.get(entry.get_absolute_url()).content.decode()


def test_an_entry_that_is_not_there_has_none(client, member):
    assert client.get("/entries/0/history/").status_code == 404
