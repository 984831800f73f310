from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from kb.models import Entry, Paper
from kb.models.history import events
from kb.ops import entries
from kb.ops.entries import Wanted
from kb.ops.errors import AlreadyListed, NotUnderstood
from tests.factories import NOW, blog, paper, person, topic_at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "url", "kind"),
    [
        ("2307.02486", "https://arxiv.org/abs/2307.02486", "paper"),
        (" arXiv:2307.02486v2 ", "https://arxiv.org/abs/2307.02486", "paper"),
        (
            "http://arxiv.org/pdf/2307.02486.pdf",
            "https://arxiv.org/abs/2307.02486",
            "paper",
        ),
        ("10.48550/arXiv.2307.02486", "https://arxiv.org/abs/2307.02486", "paper"),
        ("math.GT/0309136", "https://arxiv.org/abs/math/0309136", "paper"),
        (
            "doi:10.1145/3531146.3533088",
            "https://doi.org/10.1145/3531146.3533088",
            "paper",
        ),
        ("https://Example.org:443/a?utm_source=x", "https://example.org/a", "blog"),
        ("example.org/post", "https://example.org/post", "blog"),
    ],
)
def test_a_paste_is_understood_in_any_form(text, url, kind):
    named = entries.understand(text)

    assert (named.url, named.kind) == (url, kind)


@pytest.mark.parametrize(
    "text",
    ["", "hello", "ftp://example.org/a", "javascript:alert(1)", "https://", "a" * 3000],
)
def test_what_names_nothing_is_refused_in_words(text):
    with pytest.raises(NotUnderstood, match="“"):
        entries.understand(text)


def test_an_arxiv_paper_is_due_for_metadata_at_once():
    added = paper("2307.02486v3")

    kept = Paper.objects.get(pk=added.pk)
    assert (kept.arxiv_id, kept.cited_version) == ("2307.02486", 3)
    assert kept.refresh_due_at == NOW


@pytest.mark.parametrize(
    "form",
    [
        "https://www.alphaxiv.org/abs/2307.02486v1",
        "10.48550/arXiv.2307.02486",
        "https://doi.org/10.48550/ARXIV.2307.02486",
        "doi:10.1145/3292500.3330701",
        "https://dx.doi.org/10.1145/3292500.3330701",
        "https://dl.acm.org/doi/abs/10.1145/3292500.3330701",
    ],
)
def test_another_form_of_a_listed_paper_is_recognised(form):
    first = paper("2307.02486")
    Paper.objects.update(doi="10.1145/3292500.3330701")

    with pytest.raises(AlreadyListed) as refusal:
        paper(form)
    assert refusal.value.entry == first


@pytest.mark.parametrize(
    "form",
    [
        "http://example.org/post",
        "https://EXAMPLE.org:443/a/../post?utm_source=mail#top",
    ],
)
def test_another_form_of_a_listed_page_is_recognised(form):
    first = blog("https://example.org/post")

    with pytest.raises(AlreadyListed) as refusal:
        blog(form)
    assert refusal.value.entry == first


def test_tags_are_the_same_whether_asked_of_the_paper_or_the_entry():
    added = paper(tags=["长文本", "attention"])

    assert set(Paper.objects.get(pk=added.pk).tags.names()) == {"长文本", "attention"}
    assert set(Entry.objects.get(pk=added.pk).tags.names()) == {"长文本", "attention"}


def test_a_title_somebody_gives_is_theirs():
    added = paper(title="")
    assert added.title == "arXiv:2307.02486"

    entries.edit(added, Wanted("我们的标题", "paper"), by=person())

    kept = Paper.objects.get(pk=added.pk)
    assert (kept.title, kept.title_from_arxiv) == ("我们的标题", False)


def test_filing_keeps_the_order_of_the_topic():
    agent = topic_at(["Agent"])
    first, second = paper("2305.17126", topics=[agent]), blog(topics=[agent])

    assert list(Entry.objects.in_topic(agent)) == [first, second]


def test_editing_without_a_change_changes_nothing():
    added = paper(tags=["moe"])

    assert not entries.edit(added, Wanted("LongNet", "paper", [], ["MoE"]), by=None)


@pytest.mark.parametrize("field", ["url", "arxiv_id"])
def test_the_database_refuses_what_may_never_be_twice(field):
    first, second = paper("2307.02486"), paper("2305.17126")
    value = getattr(Paper.objects.get(pk=first.pk), field)

    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=second.pk).update(**{field: value})


def test_an_entry_without_title_is_refused_by_the_database():
    added = paper()

    with pytest.raises(IntegrityError, match="has_a_title"), transaction.atomic():
        Entry.objects.filter(pk=added.pk).update(title="")


def test_history_tells_who_and_why():
    li = person()
    added = paper(by=li)

    event = events(Entry).objects.get(pgh_obj=added)
    context = event.pgh_context.metadata
    assert (context["user"], context["reason"]) == (li.pk, "add entry")


def test_raw_writes_are_in_the_history_too():
    added = paper()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE kb_entry SET title = 'raw' WHERE id = %s", [added.pk])

    titles = events(Entry).objects.filter(pgh_obj=added).values_list("title")
    assert [title for (title,) in titles.order_by("pgh_id")] == ["LongNet", "raw"]


@pytest.mark.django_db(transaction=True)
def test_two_members_who_add_one_paper_at_once_share_one_entry():
    started, outcomes = Barrier(2), []

    def add():
        started.wait()
        try:
            outcomes.append(paper().pk)
        except AlreadyListed as refusal:
            outcomes.append(refusal.entry.pk)
        finally:
            connection.close()

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(outcomes) == 2
    assert set(outcomes) == {Entry.objects.get().pk}
