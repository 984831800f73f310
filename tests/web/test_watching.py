import pytest

from kb.models import Annotation, Paper, Summary
from kb.ops import annotations
from kb.text import markdown
from tests.factories import (
    NOW,
    blog,
    highlight,
    note,
    paper,
    person,
    reply,
    summarised,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(member):
    """A paper with a summary and a note on it."""
    made = summarised(paper(), "用**指令微调**模型，代价很小。")
    highlight(made, "代价", by=person("wang"))
    return made


def ask(client, entry, seen=""):
    url = f"/entries/{entry.pk}/margin/"
    return client.get(url, {"lang": "zh", "seen": seen})


def seen(response):
    return response.context["seen"]


def test_nothing_is_sent_while_nothing_changes(client, entry):
    first = ask(client, entry)

    assert first.status_code == 200
    assert ask(client, entry, seen(first)).status_code == 204


def test_a_page_that_was_just_opened_has_nothing_to_fetch(client, entry, member):
    note(entry, by=member, visibility="team")
    annotations.react(
        Annotation.objects.earliest("pk"), "agree", on=True, by=member, now=NOW
    )
    summarised(entry, "Tuning on **instructions**.", "en")
    bare = blog()

    for shown in (entry, bare):
        opened = seen(client.get(shown.get_absolute_url()))
        assert ask(client, shown, opened).status_code == 204


CHANGES = {
    "a note": lambda entry, at, li: note(entry, by=li, visibility="team"),
    "a reply": lambda entry, at, li: reply(at, by=li),
    "a reaction": lambda entry, at, li: annotations.react(
        at, "agree", on=True, by=li, now=NOW
    ),
    "an end": lambda entry, at, li: annotations.resolve(at, by=li, now=NOW),
    "a change": lambda entry, at, li: annotations.edit(
        at, "words", "team", base=1, by=at.author, now=NOW
    ),
    "a meaning": lambda entry, at, li: annotations.mean(at, "method", by=at.author),
    "less": lambda entry, at, li: annotations.delete(at, by=at.author, now=NOW),
    "hidden": lambda entry, at, li: annotations.edit(
        at, "", "private", base=1, by=at.author, now=NOW
    ),
    "a summary": lambda entry, at, li: summarised(entry, "另一篇。代价。"),
    "another one": lambda entry, at, li: summarised(entry, "Another.", "en"),
    "an abstract": lambda entry, at, li: Paper.objects.update(abstract="New."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_told(client, entry, member, change):
    before = seen(ask(client, entry))

    CHANGES[change](entry, Annotation.objects.get(), member)

    assert ask(client, entry, before).status_code == 200


def test_what_is_told_is_what_the_page_has(client, entry):
    part = ask(client, entry).content.decode()
    page = client.get(f"{entry.get_absolute_url()}?lang=zh").content.decode()

    for line in filter(str.strip, part.splitlines()[1:-1]):
        if "data-seen" not in line and line.strip() != "</div>":
            assert line.strip() in page


def test_an_entry_that_is_gone_is_not_found(client, member):
    assert client.get("/entries/999/margin/").status_code == 404


@pytest.mark.parametrize("path", ["/entries/{}/", "/entries/{}/margin/"])
def test_queries_do_not_grow_with_threads(
    client, entry, member, path, django_assert_max_num_queries
):
    url = path.format(entry.pk)
    with django_assert_max_num_queries(20) as few:
        client.get(url, {"lang": "zh"})
    for n in range(12):
        wang = person(f"wang{n}")
        made = highlight(entry, "指令微调", by=wang)
        annotations.react(
            reply(made, f"{n}", by=wang), "idea", on=True, by=wang, now=NOW
        )
        annotations.resolve(made, by=wang, now=NOW)
        note(entry, f"{n}", by=wang, visibility="team")

    with django_assert_max_num_queries(20) as many:
        client.get(url, {"lang": "zh"})

    assert Annotation.objects.count() == 37
    assert len(many) == len(few)


def test_asking_in_vain_costs_few_queries(client, entry, django_assert_max_num_queries):
    state = seen(ask(client, entry))

    with django_assert_max_num_queries(6):
        assert ask(client, entry, state).status_code == 204


def test_html_of_an_older_renderer_is_shown_anew_with_its_marks(client, entry):
    Annotation.objects.all().delete()
    summarised(entry, "用**指令微调**模型，数据只有一千条，代价很小，效果却不差。" * 2)
    html = f"<p>旧的渲染多出一行。</p>{entry.summaries.get().html}"
    Summary.objects.update(html=html.replace("代价", "花费", 1))
    made = highlight(entry, "代价", by=person("zhao"))
    Summary.objects.update(renderer=markdown.RENDERER - 1)
    Annotation.objects.update(renderer=markdown.RENDERER - 1)

    page = client.get(f"{entry.get_absolute_url()}?lang=zh").content.decode()

    assert "旧的渲染" not in page
    assert "Note by zhao: Key result</a>代价</mark>" in page
    assert f"thread-{made.pk}" in page
