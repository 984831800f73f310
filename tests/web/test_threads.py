import json

import pytest

from kb.models import Annotation, Reaction
from kb.ops import annotations
from tests.factories import NOW, highlight, note, paper, person, reply, summarised

pytestmark = pytest.mark.django_db

JSON = {"accept": "application/json"}


@pytest.fixture
def asked(member):
    """A question of Wang's about a passage, for the team."""
    entry = summarised(paper(), "用**指令微调**模型，代价很小。")
    return highlight(entry, "指令微调", by=person("wang"), meaning="question")


def page_of(client, asked, language="zh"):
    response = client.get(f"{asked.entry.get_absolute_url()}?lang={language}")
    return response.content.decode()


def test_the_page_shows_the_mark_and_its_thread(client, asked):
    reply(asked, "一个回答", by=asked.author)

    page = page_of(client, asked)

    mark = f'<mark class="question" data-note="{asked.pk}" id="quote-{asked.pk}">'
    assert f'<strong>{mark}<a class="to-note" href="#note-{asked.pk}"' in page
    assert "Note by wang: Question</a>指令微调</mark></strong>" in page
    assert f'href="#quote-{asked.pk}"' in page
    assert "一个回答" in page


def test_a_mark_inside_a_link_has_its_way_after_it(client, member):
    entry = summarised(paper(), "见[它的代码](https://example.org/a)一文。")
    made = highlight(entry, "代码", by=member)

    page = page_of(client, made)

    assert f'id="quote-{made.pk}">代码</mark></a><a class="to-note"' in page


def test_notes_of_the_other_summary_are_a_link_away(client, asked):
    summarised(asked.entry, "Tune on instructions.", "en")

    page = page_of(client, asked, "en")

    assert (
        f'<a href="?lang=zh#note-{asked.pk}">1 note on the Chinese summary</a>' in page
    )
    assert f'id="thread-{asked.pk}"' not in page


def test_an_orphan_is_shown_with_what_the_text_was(client, asked):
    summarised(asked.entry, "一篇完全不同的文章，没有留下一个字。")

    page = page_of(client, asked)

    assert "Orphaned: the text was" in page
    assert "“指令微调”" in page
    assert "<mark" not in page


def test_a_note_has_an_address_that_stays(client, asked):
    answer = reply(asked, by=asked.author)
    url = asked.entry.get_absolute_url()

    told = [client.get(f"/notes/{one.pk}/").url for one in (asked, answer)]

    assert told == [f"{url}?lang=zh#note-{one.pk}" for one in (asked, answer)]
    assert client.get("/notes/999/").status_code == 404


def test_a_reply_is_written(client, asked, member):
    url = f"/notes/{asked.pk}/reply/"
    assert "指令微调" in client.get(url).content.decode()

    response = client.post(url, {"body": "是的", "base": 0})

    kept = Annotation.objects.get(parent=asked)
    assert response.url.endswith(f"#note-{kept.pk}")
    assert (kept.author, kept.visibility) == (member, "team")


@pytest.mark.parametrize("body", ["", "长" * 30_000])
def test_a_bad_reply_is_not_written_and_stays(client, asked, body):
    response = client.post(f"/notes/{asked.pk}/reply/", {"body": body, "base": 0})

    assert response.status_code == 422
    assert body in response.content.decode()
    assert not asked.replies.exists()


def test_a_reply_to_what_is_gone_can_be_saved_as_a_note(client, asked, member):
    url = f"/notes/{asked.pk}/reply/"
    opened = client.get(url).context["opened"]
    annotations.delete(asked, by=asked.author, now=NOW)
    typed = {"body": "what I typed", "base": 0, "opened": opened}

    response = client.post(url, typed)

    assert response.status_code == 409
    assert "what I typed" in response.content.decode()
    assert not Annotation.objects.exists()
    client.post(url, {**typed, "visibility": "team"})
    kept = Annotation.objects.get()
    assert (kept.body, kept.author, kept.parent) == ("what I typed", member, None)


def test_a_thread_is_settled_and_taken_up_again(client, asked, member):
    url = f"/notes/{asked.pk}/resolve/"

    client.post(url, {"on": "yes"})

    assert "Resolved by li" in page_of(client, asked)
    assert 'class="question resolved"' in page_of(client, asked)
    response = client.post(url, {"on": ""}, headers=JSON)
    assert response.json()["told"] == "Reopened."
    assert "Resolved by li" not in page_of(client, asked)


def test_a_reaction_is_given_and_taken_back(client, asked, member):
    url = f"/notes/{asked.pk}/react/"
    assert "good idea" in client.get(url).content.decode().lower()

    client.post(url, {"on": "idea"})

    assert 'title="li">good idea 1</button>' in page_of(client, asked)
    client.post(url, {"off": "idea"})
    assert not Reaction.objects.exists()
    assert client.post(url, {"on": "rage"}).status_code == 400
    assert client.post(url).status_code == 400


def test_a_stub_stays_where_it_was(client, asked, member):
    reply(asked, "stays", by=member)
    annotations.delete(asked, by=asked.author, now=NOW)

    page = page_of(client, asked)

    assert "This note was deleted." in page
    assert "Deleted note</a>" in page
    assert "stays" in page
    assert '<span class="count">1</span>' in page
    for verb in ("edit", "delete", "react"):
        assert client.get(f"/notes/{asked.pk}/{verb}/").status_code == 404
    assert client.get(f"/notes/{asked.pk}/reply/").status_code == 200


def test_a_page_that_asks_is_told_in_json(client, asked, member):
    url = f"/entries/{asked.entry_id}/notes/"
    words = {"body": "", "visibility": "team", "base": 0}
    about = {
        "where": "zh",
        "quote": "代价",
        "at": 8,
        "before": "模型，",
        "after": "很小",
    }

    taken = client.post(url, {**words, **about, "meaning": "key"}, headers=JSON)
    refused = client.post(url, words, headers=JSON)
    lost = client.post(url, {**words, "quote": "没有的话"}, headers=JSON)

    kept = Annotation.objects.get(author=member)
    assert taken.json() == {"told": "Note saved.", "note": kept.pk}
    assert (kept.exact, kept.meaning) == ("代价", "key")
    assert refused.status_code == lost.status_code == 422
    assert "needs some text" in refused.json()["told"]
    assert "None of this entry" in json.dumps(lost.json())


def test_words_across_blocks_survive_how_forms_send_them(client, member):
    entry = summarised(paper(), "第一段的结尾。\n\n第二段的开头。")
    about = {"where": "zh", "quote": "结尾。\r\n第二段", "at": 4, "before": "的"}
    form = {"body": "x", "visibility": "team", "base": 0, **about}

    client.post(f"/entries/{entry.pk}/notes/", form)

    kept = Annotation.objects.get()
    assert (kept.exact, kept.start) == ("结尾。\n第二段", 4)


def test_a_typed_passage_that_is_there_twice_is_asked_for(client, member):
    entry = summarised(paper(), "模型很大。另一个模型很小。")
    url = f"/entries/{entry.pk}/notes/"
    form = {"body": "x", "visibility": "team", "base": 0, "quote": "模型"}

    response = client.post(url, form)

    assert response.status_code == 422
    choices = response.context["form"].fields["place"].widget.choices
    assert len(choices) == 2
    client.post(url, {**form, "place": choices[1][0]})
    assert Annotation.objects.get().start == 8
    client.post(url, {**form, "place": "forged"})
    assert Annotation.objects.count() == 1


def test_the_meaning_of_a_highlight_is_changed(client, member):
    entry = summarised(paper(), "用指令微调模型，代价很小。")
    made = highlight(entry, "指令微调", by=member, meaning="key")
    form = {"body": "", "visibility": "team", "base": 1, "meaning": "method"}

    client.post(f"/notes/{made.pk}/edit/", form)

    made.refresh_from_db()
    assert made.meaning == "method"


def test_a_thread_with_others_replies_is_not_hidden(client, member):
    made = note(paper(), "mine", by=member, visibility="team")
    reply(made, "theirs", by=person("wang"))

    response = client.post(
        f"/notes/{made.pk}/edit/", {"body": "mine", "visibility": "private", "base": 1}
    )

    assert response.status_code == 422
    assert "Others have replied" in response.content.decode()


def test_names_are_offered_to_members(client, member):
    for name in ("wang", "wangxiao", "zhao"):
        person(name)
    gone = person("wangfan")
    gone.is_active = False
    gone.save()

    page = client.get("/people/names/", {"q": "WANG"}).content.decode()

    assert page.count("<li") == 2
    assert 'data-name="wangxiao"' in page
    assert client.get("/people/names/", {"q": "\0"}).status_code == 200
