import re
from datetime import timedelta

import pytest
from taggit.models import Tag

from kb.models import Distinction, Entry, Paper
from kb.ops import papers, summaries
from tests import filled
from tests.factories import (
    NOW,
    milestone,
    paper,
    resource,
    topic_at,
    with_comment,
)

pytestmark = pytest.mark.django_db


def test_metadata_that_was_not_fetched_is_said_so_and_is_no_error(client, member):
    page = client.get(paper().get_absolute_url()).content.decode()

    assert "not fetched yet" in page
    assert 'href="https://arxiv.org/abs/2307.02486"' in page
    assert 'href="https://arxiv.org/pdf/2307.02486"' in page


def test_where_arxiv_cannot_be_reached_the_metadata_is_not_fetched_yet(client, member):
    entry = paper()
    papers.postpone([Paper.objects.get()], "no answer", now=NOW)

    for address in ("/", entry.get_absolute_url()):
        page = client.get(address)
        assert page.status_code == 200
        assert "not fetched yet" in page.content.decode()


def test_the_summary_in_the_readers_language_comes_first(client, member):
    entry = paper()
    summaries.save(entry, "zh", "中文笔记", base=0, by=member, now=NOW)
    summaries.save(entry, "en", "English notes", base=0, by=member, now=NOW)
    url = entry.get_absolute_url()

    shown = client.get(url, headers={"accept-language": "zh-CN"})
    other = client.get(url, headers={"accept-language": "en"})

    assert shown.context["summary"].language == "zh"
    assert other.context["summary"].language == "en"
    assert client.get(f"{url}?lang=zh").context["summary"].body == "中文笔记"


def test_a_paste_is_shown_for_what_it_is_and_then_added(client, member):
    topic = topic_at(["Model"])
    seen = client.post("/add/", {"text": "http://arxiv.org/pdf/2307.02486v2.pdf"})
    assert "2307.02486" in seen.content.decode()
    assert not Entry.objects.exists()

    form = {"text": "2307.02486v2", "kind": "paper", "topics": [topic.pk]}
    response = client.post("/add/", {**form, "tags": "长文本, moe", "save": ""})

    added = Paper.objects.get()
    assert response["Location"] == added.get_absolute_url()
    assert (added.arxiv_id, added.cited_version) == ("2307.02486", 2)
    assert added.added_by == member
    assert set(added.tags.names()) == {"长文本", "moe"}
    assert list(added.topics.all()) == [topic]


def test_what_may_be_there_already_is_shown_before_it_is_added(client, member):
    known = paper(title="Attention Is All You Need")
    form = {
        "text": "https://example.org/attention",
        "title": "Atention is all you need",
        "kind": "blog",
        "save": "",
    }

    asked = client.post("/add/", form)

    page = asked.content.decode()
    assert asked.status_code == 409
    assert f'href="{known.get_absolute_url()}"' in page
    assert "Atention is all you need" in page
    assert list(Entry.objects.all()) == [known]

    added = client.post("/add/", {**form, "not_the_same": [known.pk]})

    other = Entry.objects.get(url="https://example.org/attention")
    assert added["Location"] == other.get_absolute_url()
    said = Distinction.objects.get()
    assert (said.older, said.newer, said.said_by) == (known, other, member)


def test_another_likeness_than_the_one_that_was_shown_is_shown_first(client, member):
    shown = paper(title="Attention Is All You Need")
    paper("2301.00001", "Attention is all you need")
    form = {"title": shown.title, "kind": "blog", "not_the_same": [shown.pk]}

    asked = client.post("/add/", {"text": "https://example.org/a", **form, "save": ""})

    assert asked.status_code == 409
    assert Entry.objects.count() == 2


def test_what_is_known_is_shown_instead_of_added_twice(client, member):
    known = paper()

    for text in (
        "2307.02486v1",
        "https://ar5iv.org/abs/2307.02486",
        "arXiv:2307.02486",
    ):
        response = client.post("/add/", {"text": text})
        assert response["Location"] == known.get_absolute_url()
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", "nonsense", "javascript:alert(1)", "http://", "\x00"]
)
def test_a_bad_paste_keeps_what_was_typed_and_says_why(client, member, text):
    response = client.post("/add/", {"text": text})

    assert response.status_code == 422
    assert not Entry.objects.exists()
    if text.isprintable() and text:
        assert text.replace("'", "&#x27;") in response.content.decode()


def test_a_post_needs_a_title(client, member):
    form = {"text": "https://example.org/a", "kind": "blog", "save": ""}
    response = client.post("/add/", form)

    assert response.status_code == 422
    assert "Give it a title" in response.content.decode()


def test_title_topics_and_tags_are_edited(client, member):
    entry = paper()
    topic = topic_at(["Agent"])

    edited(client, entry, title="新标题", topics=[topic.pk], tags="a, b")()

    entry.refresh_from_db()
    assert entry.title == "新标题"
    assert list(entry.topics.all()) == [topic]
    assert set(entry.tags.names()) == {"a", "b"}


def test_a_member_can_ask_for_a_refresh(client, member):
    entry = paper()
    Paper.objects.update(refresh_due_at="2099-01-01T00:00:00Z")

    client.post(f"/entries/{entry.pk}/refresh/")

    assert Paper.objects.get().refresh_due_at.year < 2099


def test_hostile_titles_are_text(client, member):
    paper(title="<script>alert(1)</script>")

    page = client.get("/").content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def edited(client, entry, **changes):
    """Open the form, and send it later with the changes."""
    form = client.get(f"/entries/{entry.pk}/edit/").context["form"]
    shown = {name: form[name].value() for name in ("title", "tags", "before")}
    topics = form["topics"].value()
    tags = ", ".join(tag.name for tag in shown["tags"])
    sent = {**shown, "tags": tags, "topics": topics, **changes}
    return lambda: client.post(f"/entries/{entry.pk}/edit/", sent)


def test_two_members_who_edit_one_entry_lose_nothing_of_each_other(client, member):
    agent = topic_at(["Agent"])
    model = topic_at(["Model"])
    entry = paper(topics=[agent], tags=["old", "kept"])

    second = edited(client, entry, tags="old, kept, second", topics=[agent.pk])
    first = edited(client, entry, title="首", tags="kept, first", topics=[model.pk])
    first()
    second()

    entry.refresh_from_db()
    assert entry.title == "首"
    assert set(entry.tags.names()) == {"kept", "first", "second"}
    assert list(entry.topics.all()) == [model]


def test_another_title_is_shown_before_it_is_replaced(client, member):
    agent, model = topic_at(["Agent"]), topic_at(["Model"])
    entry = paper(topics=[agent], tags=["old"])
    second = edited(client, entry, title="我的题", tags="old, second")
    first = edited(client, entry, title="他的题", topics=[model.pk], tags="first")
    first()

    refused = second()

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "他的题" in page
    form = refused.context["form"]
    assert form["title"].value() == "我的题"
    entry.refresh_from_db()
    assert entry.title == "他的题"

    sent = filled.form(refused, "before") | {"topics": form["topics"].value()}
    client.post(f"/entries/{entry.pk}/edit/", sent)
    entry.refresh_from_db()
    assert entry.title == "我的题"
    assert set(entry.tags.names()) == {"first", "second"}
    assert list(entry.topics.all()) == [model]


def test_a_form_that_does_not_say_what_it_began_from_saves_nothing(client, member):
    entry = paper(tags=["kept"])

    response = edited(client, entry, title="T", tags="new", before="forged")()

    assert response.status_code == 409
    assert filled.form(response, "before")["tags"] == "kept, new"
    entry.refresh_from_db()
    assert entry.title == "LongNet"


@pytest.mark.parametrize("tags", ["🔥", "ok, ...", "长" * 101])
def test_a_tag_without_an_address_is_refused_in_words(client, member, tags):
    entry = paper()
    addition = {"text": "https://example.org/a", "kind": "blog", "title": "A"}

    edit = edited(client, entry, title="T", tags=tags)()
    added = client.post("/add/", {**addition, "tags": tags, "save": ""})

    assert (edit.status_code, added.status_code) == (422, 422)
    assert "cannot be a tag" in edit.content.decode()
    assert "cannot be a tag" in added.content.decode()
    assert not Tag.objects.exists()


def test_a_tag_without_an_address_breaks_no_page(client, member):
    entry = paper(tags=["🔥", "moe"])
    assert set(entry.tags.names()) == {"moe"}

    Tag.objects.update(slug="")

    assert "moe" in client.get("/").content.decode()
    assert "moe" in client.get(entry.get_absolute_url()).content.decode()


@pytest.mark.parametrize("address", ["/topics/%00/", "/tags/%00/", "/topics/a%00b/"])
def test_an_address_no_row_can_have_is_not_found(client, member, address):
    assert client.get(address).status_code == 404


def test_a_doi_too_long_to_keep_is_refused(client, member):
    response = client.post("/add/", {"text": "10.1000/" + "a" * 250})

    assert response.status_code == 422
    assert "not an address we can keep" in response.content.decode()


def test_readers_without_account_see_the_list_and_no_names(client, member, settings):
    settings.READABLE_BY = "everyone"
    listed, inbox = paper(by=member), paper("2307.00001", by=member)
    Entry.objects.filter(pk=inbox.pk).update(status="inbox")
    summaries.save(listed, "zh", "笔记", base=0, by=member, now=NOW)
    own = client.get(listed.get_absolute_url()).content.decode()
    assert own.count("· li<") == 1
    assert "Written by li" in own
    client.logout()

    page = client.get(listed.get_absolute_url()).content.decode()

    assert "笔记" in page
    assert "Written by" not in page
    assert "· li<" not in page
    assert client.get(inbox.get_absolute_url()).status_code == 404


def story(client, entry):
    """What the page tells of what happened, as text."""
    page = client.get(entry.get_absolute_url()).content.decode()
    part = page.partition('<section class="story"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_milestones_are_told_newest_first_with_what_they_changed(client, member):
    entry = paper()
    milestone(
        entry,
        before={"abstract": "We show X."},
        after={"abstract": "We show X and Y."},
        at=NOW - timedelta(days=3),
    )
    milestone(entry, "title", before={"title": "Old"}, after={"title": "New"})
    milestone(
        entry,
        "published",
        after={"journal_ref": "Nature 1 (2026)", "doi": "10.1000/a<b"},
        at=NOW + timedelta(days=1),
    )

    page = client.get(entry.get_absolute_url()).content.decode()
    told = story(client, entry)

    parts = [
        *("Published", "Nature 1 (2026)", "New title", "removed: Old added: New"),
        *("New version", "We show X added: and Y ."),
    ]
    assert sorted(parts, key=told.index) == parts
    assert 'href="https://doi.org/10.1000/a%3Cb"' in page
    assert 'href="https://arxiv.org/abs/2307.02486v2"' in page


def test_what_nothing_happened_to_has_no_story(client, member):
    assert story(client, paper()) == ""


def test_a_withdrawn_paper_says_when_and_why(client, member):
    entry = with_comment(paper(), "A flaw in <Lemma 2>.", withdrawn=True)
    milestone(entry, "withdrawn", after={"comment": "A flaw in <Lemma 2>."})

    page = client.get(entry.get_absolute_url()).content.decode()

    banner = page.partition("banner alarm")[2].partition("</div>")[0]
    assert "Withdrawn by its authors." in banner
    assert NOW.isoformat(timespec="seconds") in banner
    assert "A flaw in &lt;Lemma 2&gt;." in banner


def test_a_paper_withdrawn_before_it_came_here_says_so_too(client, member):
    entry = with_comment(paper(), "", withdrawn=True)
    Paper.objects.update(updated_at=NOW)

    banner = client.get(entry.get_absolute_url()).content.decode()

    assert NOW.isoformat(timespec="seconds") in banner.partition("banner alarm")[2]
    assert "Their comment" not in banner


def test_arxivs_title_beside_ours_says_how_it_changed(client, member):
    entry = paper(title="我们的标题")
    Paper.objects.update(arxiv_title="LongNet 2")
    milestone(
        entry, "title", before={"title": "LongNet 1"}, after={"title": "LongNet 2"}
    )

    page = client.get(entry.get_absolute_url()).content.decode()

    facts = page.partition('<aside class="facts"')[2]
    assert "Title at arXiv" in facts
    assert "1</del>" in facts
    assert "2</ins>" in facts


def test_readers_without_account_see_what_happened(client, settings):
    settings.READABLE_BY = "everyone"
    entry = paper()
    milestone(entry)

    assert "New version" in story(client, entry)


def test_hostile_milestones_are_text(client, member):
    entry = paper()
    bad = "<script>alert(1)</script>"
    for kind in ("version", "title", "published", "withdrawn"):
        said = dict.fromkeys(
            ("title", "abstract", "comment", "journal_ref", "doi"), bad
        )
        milestone(entry, kind, before={"title": "<b>"}, after=said)

    assert (
        "<script>alert(1)" not in client.get(entry.get_absolute_url()).content.decode()
    )


def test_queries_do_not_grow_with_milestones_and_links(
    client, member, django_assert_max_num_queries
):
    entry = paper()

    def more(start, count):
        for n in range(start, start + count):
            milestone(entry, version=n + 2, after={"abstract": f"{n}"})
            resource(entry, f"https://github.com/a/{n}", by=member)

    more(0, 1)
    client.get(entry.get_absolute_url())
    with django_assert_max_num_queries(20) as few:
        client.get(entry.get_absolute_url())
    more(1, 10)
    with django_assert_max_num_queries(20) as many:
        client.get(entry.get_absolute_url())

    assert len(many) == len(few)


@pytest.mark.parametrize("enabled", [True, False])
def test_pages_say_when_arxiv_is_switched_off(client, member, settings, enabled):
    settings.ARXIV_ENABLED = enabled
    entry = paper()

    pages = [
        client.get(entry.get_absolute_url()),
        client.get("/add/?text=2307.00009"),
        client.post("/add/", {"text": "2307.00009", "kind": "paper"} | {"save": ""}),
    ]

    said = ["arXiv is switched off" in page.content.decode() for page in pages[:2]]
    assert said == [not enabled] * 2
    after = client.get(pages[2]["Location"]).content.decode()
    assert ("arXiv is switched off on this site." in after) is not enabled
