import pytest

from kb.models import Entry, Paper
from kb.ops import summaries, topics
from tests.factories import NOW, paper

pytestmark = pytest.mark.django_db


def test_metadata_that_was_not_fetched_is_said_so_and_is_no_error(client, member):
    page = client.get(paper().get_absolute_url()).content.decode()

    assert "not fetched yet" in page
    assert 'href="https://arxiv.org/abs/2307.02486"' in page
    assert 'href="https://arxiv.org/pdf/2307.02486"' in page


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
    topic, _ = topics.ensure(["Model"], by=None)
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
    topic, _ = topics.ensure(["Agent"], by=None)

    client.post(
        f"/entries/{entry.pk}/edit/",
        {"title": "新标题", "topics": [topic.pk], "tags": "a, b"},
    )

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
