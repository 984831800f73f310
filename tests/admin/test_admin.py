import pytest

from kb.models import Entry, Filing, Paper, Summary, Topic
from kb.models.history import events
from kb.ops import entries, summaries, topics
from kb.ops.entries import Wanted
from tests import filled
from tests.factories import NOW, blog, paper, person, topic_at

pytestmark = pytest.mark.django_db

LISTS = [
    "topic",
    "entry",
    "paper",
    "blog",
    "summary",
    "paperversion",
    "readinglist",
    "run",
    "harvest",
    "arxivrequest",
    "milestone",
    "resource",
    "entryevent",
    "summaryevent",
    "topicevent",
]


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def paper_form(**fields):
    """What the paper's form sends, with its inline table."""
    inline = {
        "filings-TOTAL_FORMS": 0,
        "filings-INITIAL_FORMS": 0,
        "filings-MIN_NUM_FORMS": 0,
        "filings-MAX_NUM_FORMS": 1000,
    }
    return {
        "title": "LongNet",
        "status": "listed",
        "tags": "",
        "url": "",
        **inline,
        **fields,
    }


def change(client, address, form):
    """Open a row's page, and send it with what the form says."""
    before = filled.form(client.get(address), "before")["before"]
    return client.post(address, {**form, "before": before})


@pytest.mark.parametrize("table", LISTS)
def test_lists_search_and_do_not_ask_more_for_more_rows(
    client, curator, table, django_assert_max_num_queries
):
    def fill(start):
        topic = topics.create(f"topic {start}", parent=None, by=None)
        for n in range(start, start + 4):
            added = paper(f"2301.{n + 1:05}", f"Paper {n}", topics=[topic], by=curator)
            summaries.save(added, "zh", f"{n}", base=0, by=curator, now=NOW)
            blog(f"https://example.org/{n}", by=curator)

    fill(0)
    address = (
        f"/admin/kb/{table}/?q=0" if table in LISTS[:12] else f"/admin/kb/{table}/"
    )
    client.get(address)
    with django_assert_max_num_queries(25) as few:
        assert client.get(address).status_code == 200
    fill(10)
    with django_assert_max_num_queries(25) as many:
        client.get(address)

    assert len(many) <= len(few) + 1  # pages appear once


def test_a_topic_is_made_renamed_and_given_both_names(client, curator):
    parent = topics.create("Model", parent=None, by=None)
    form = {"name": "moe", "name_zh": "专家混合", "name_en": "", "intro": "**重点**"}

    client.post("/admin/kb/topic/add/", {**form, "parent": parent.pk})
    moe = Topic.objects.get(name="moe")
    assert (moe.address, moe.name_zh) == ("model/moe", "专家混合")
    assert "<strong>" in moe.intro_html

    change(client, f"/admin/kb/topic/{moe.pk}/change/", {**form, "name": "MoE models"})
    moe.refresh_from_db()
    assert (moe.name, moe.address) == ("MoE models", "model/moe-models")


def test_a_twin_topic_is_refused_in_the_form(client, curator):
    topics.create("Model", parent=None, by=None)

    response = client.post(
        "/admin/kb/topic/add/",
        {"name": "Model", "name_zh": "", "name_en": "", "intro": ""},
    )

    assert response.status_code == 200
    assert "already a topic" in response.content.decode()
    assert Topic.objects.count() == 1


def test_dragging_a_topic_moves_its_subtree_and_tells_who(client, curator):
    topic_at(["Engineer", "train"])
    model = topics.create("Model", parent=None, by=None)
    engineer = Topic.objects.get(name="Engineer")

    move = {"node": engineer.pk, "target": model.pk, "relation": "child"}
    response = client.post("/admin/kb/topic/move/", move)

    assert response.status_code == 200
    assert Topic.objects.get(name="train").address == "model/engineer/train"
    last = events(Topic).objects.filter(name="Engineer").latest("pgh_id")
    assert last.pgh_context.metadata["user"] == curator.pk


def test_dragging_a_topic_below_itself_is_refused(client, curator):
    train = topic_at(["Engineer", "train"])
    engineer = Topic.objects.get(name="Engineer")

    move = {"node": engineer.pk, "target": train.pk, "relation": "child"}

    assert client.post("/admin/kb/topic/move/", move).status_code == 400


def test_members_cannot_move_topics(client):
    topic = topics.create("Model", parent=None, by=None)
    client.force_login(person())

    client.post(
        "/admin/kb/topic/move/",
        {"node": topic.pk, "target": topic.pk, "relation": "child"},
    )

    assert Topic.objects.get().depth == 1


def test_a_paper_is_added_by_any_form_of_its_address(client, curator):
    form = paper_form(url="http://arxiv.org/pdf/2307.02486v2.pdf")
    client.post("/admin/kb/paper/add/", form)

    added = Paper.objects.get()
    assert (added.url, added.arxiv_id, added.cited_version) == (
        "https://arxiv.org/abs/2307.02486",
        "2307.02486",
        2,
    )
    assert added.refresh_due_at is not None
    assert added.added_by == curator


def test_a_known_address_is_refused_in_the_form(client, curator):
    paper("2307.02486", title="Already here")

    response = client.post("/admin/kb/paper/add/", paper_form(url="arXiv:2307.02486"))

    assert "Already here" in response.content.decode()
    assert Paper.objects.count() == 1


def test_what_a_job_fetches_while_a_curator_saves_stays(client, curator, monkeypatch):
    added = paper()
    understand = entries.understand

    def fetched_meanwhile(text):
        Paper.objects.update(abstract="Fetched meanwhile", latest_version=2)
        return understand(text)

    monkeypatch.setattr(entries, "understand", fetched_meanwhile)
    form = paper_form(title="我们的标题", url=added.url, doi="10.1145/1.2")
    change(client, f"/admin/kb/paper/{added.pk}/change/", form)

    kept = Paper.objects.get()
    assert (kept.title, kept.doi) == ("我们的标题", "10.1145/1.2")
    assert (kept.abstract, kept.latest_version) == ("Fetched meanwhile", 2)


def test_a_title_given_in_the_admin_is_a_persons(client, curator):
    added = paper(title="")

    form = paper_form(title="编辑的标题", url=added.url)
    change(client, f"/admin/kb/paper/{added.pk}/change/", form)

    kept = Paper.objects.get()
    assert (kept.title, kept.title_from_arxiv) == ("编辑的标题", False)


def test_an_entry_filed_in_the_admin_stands_last(client, curator):
    topic = topics.create("Agent", parent=None, by=None)
    paper("2301.00001", topics=[topic])
    added = paper("2301.00002")

    inline = {
        "filings-TOTAL_FORMS": 1,
        "filings-0-topic": topic.pk,
        "filings-0-entry": added.pk,
        "filings-0-id": "",
    }
    change(
        client,
        f"/admin/kb/paper/{added.pk}/change/",
        paper_form(url=added.url, **inline),
    )

    assert Filing.objects.get(entry=added).position == 2


@pytest.mark.parametrize("enabled", [True, False])
def test_refresh_from_arxiv_says_when_that_is_switched_off(
    client, curator, settings, enabled
):
    settings.ARXIV_ENABLED = enabled
    action = {"action": "refresh_from_arxiv", "_selected_action": [paper().pk]}

    page = client.post("/admin/kb/paper/", action, follow=True).content.decode()

    assert "1 paper is due" in page
    assert ("arXiv is switched off on this site." in page) is not enabled


def test_refresh_from_arxiv_makes_the_selected_due(client, curator):
    first, second = paper("2301.00001"), paper("2301.00002")
    Paper.objects.update(refresh_due_at="2099-01-01T00:00:00Z")

    action = {"action": "refresh_from_arxiv", "_selected_action": [first.pk]}
    page = client.post("/admin/kb/paper/", action, follow=True)

    assert "1 paper is due" in page.content.decode()
    assert Paper.objects.get(pk=first.pk).refresh_due_at.year < 2099
    assert Paper.objects.get(pk=second.pk).refresh_due_at.year == 2099


def test_a_summary_is_saved_with_its_version_and_never_over_a_newer(client, curator):
    added = paper()
    form = {"entry": added.pk, "language": "zh", "body": "一", "base": 0}
    client.post("/admin/kb/summary/add/", form)
    summary = Summary.objects.get()
    assert (summary.version, summary.edited_by) == (1, curator)
    assert "一" in summary.html

    summaries.save(added, "zh", "成员的", base=1, by=None, now=NOW)
    response = client.post(
        f"/admin/kb/summary/{summary.pk}/change/", {"body": "编辑的", "base": 1}
    )

    assert "成员的" in response.content.decode()
    assert Summary.objects.get().body == "成员的"


def test_curators_delete_no_entries_and_change_no_history(client, curator):
    added = paper()
    entries.edit(added, Wanted("new", "paper"), by=curator)
    event = events(Entry).objects.latest("pgh_id")

    assert client.post(f"/admin/kb/paper/{added.pk}/delete/").status_code == 403
    assert client.post(f"/admin/kb/entryevent/{event.pk}/change/").status_code == 403
    assert client.post(f"/admin/kb/entryevent/{event.pk}/delete/").status_code == 403
    page = client.get("/admin/kb/entryevent/").content.decode()
    assert "wang" in page
    assert "edit entry" in page


def test_only_an_empty_topic_can_be_deleted(client, curator):
    full = topics.create("Agent", parent=None, by=None)
    empty = topics.create("Empty", parent=None, by=None)
    paper(topics=[full])

    refused = client.post(f"/admin/kb/topic/{full.pk}/delete/", {"post": "yes"})
    client.post(f"/admin/kb/topic/{empty.pk}/delete/", {"post": "yes"})

    assert refused.status_code == 403
    assert [topic.name for topic in Topic.objects.all()] == ["Agent"]


def test_a_title_given_among_all_entries_is_a_persons(client, curator):
    added = paper(title="")

    form = paper_form(title="编辑的标题", url=added.url)
    change(client, f"/admin/kb/entry/{added.pk}/change/", form)

    kept = Paper.objects.get()
    assert (kept.title, kept.title_from_arxiv) == ("编辑的标题", False)


@pytest.mark.parametrize("table", ["paper", "entry"])
def test_a_paper_given_another_address_becomes_the_paper_there(client, curator, table):
    added = paper("2307.02486")
    Paper.objects.update(
        refresh_state="failed", failures=3, refresh_due_at="2099-01-01T00:00:00Z"
    )
    Paper.objects.get().versions.create(number=1)

    form = paper_form(url="https://arxiv.org/pdf/2301.00001v2")
    change(client, f"/admin/kb/{table}/{added.pk}/change/", form)

    kept = Paper.objects.get()
    assert kept.url == "https://arxiv.org/abs/2301.00001"
    assert (kept.arxiv_id, kept.cited_version) == ("2301.00001", 2)
    assert (kept.refresh_state, kept.failures) == ("", 0)
    assert kept.refresh_due_at.year < 2099
    assert not kept.versions.exists()


@pytest.mark.parametrize("table", ["paper", "entry"])
def test_a_paper_from_elsewhere_can_become_an_arxiv_paper(client, curator, table):
    client.post("/admin/kb/paper/add/", paper_form(url="10.1000/182"))
    added = Paper.objects.get()
    assert (added.doi, added.arxiv_id) == ("10.1000/182", None)

    form = paper_form(url="2301.00001")
    change(client, f"/admin/kb/{table}/{added.pk}/change/", form)

    kept = Paper.objects.get()
    assert kept.arxiv_id == "2301.00001"
    assert kept.refresh_due_at is not None


@pytest.mark.parametrize("table", ["paper", "entry"])
def test_an_arxiv_paper_keeps_an_address(client, curator, table):
    added = paper()

    page = change(client, f"/admin/kb/{table}/{added.pk}/change/", paper_form(url=""))

    assert "keeps its address" in page.content.decode()
    assert Paper.objects.get().url == "https://arxiv.org/abs/2307.02486"


def test_a_summary_over_the_limit_stays_in_the_form(client, curator):
    added = paper()
    body = "长" * 30_000

    form = {"entry": added.pk, "language": "zh", "body": body, "base": 0}
    page = client.post("/admin/kb/summary/add/", form).content.decode()

    assert body in page
    assert 'class="success"' not in page
    assert not Summary.objects.exists()


def test_an_introduction_over_the_limit_stays_in_the_form(client, curator):
    form = {"name": "Model", "name_zh": "", "name_en": "", "intro": "长" * 30_000}

    page = client.post("/admin/kb/topic/add/", form).content.decode()

    assert form["intro"] in page
    assert 'class="success"' not in page
    assert not Topic.objects.exists()


def test_a_topic_too_deep_is_refused_in_the_form(client, curator):
    lowest = topic_at([f"level {n}" for n in range(32)])
    form = {"name": "deeper", "name_zh": "", "name_en": "", "intro": ""}

    page = client.post("/admin/kb/topic/add/", {**form, "parent": lowest.pk})

    assert "topics deep" in page.content.decode()
    assert Topic.objects.count() == 32


def test_topics_are_not_deleted_many_at_once(client, curator):
    topic = topics.create("Empty", parent=None, by=None)

    action = {"action": "delete_selected", "_selected_action": [topic.pk]}
    page = client.post("/admin/kb/topic/", action, follow=True)

    assert "one at a time" in page.content.decode()
    assert Topic.objects.exists()


def test_tags_are_not_merged_in_a_table_that_is_not_ours(client, curator):
    paper(tags=["moe"])

    page = client.get("/admin/taggit/tag/").content.decode()

    assert "moe" in page
    assert "Merge" not in page
    assert client.get("/admin/taggit/tag/merge-tags/", follow=True).redirect_chain


def test_a_tag_without_an_address_is_refused_in_the_admin(client, curator):
    added = paper()

    form = paper_form(url=added.url, tags="🔥")
    page = change(client, f"/admin/kb/paper/{added.pk}/change/", form)

    assert "cannot be a tag" in page.content.decode()
