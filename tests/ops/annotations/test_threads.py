from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from kb.models import Annotation, Reaction
from kb.models.history import events
from kb.ops import annotations
from kb.ops.errors import Answered, NoText, NotYours
from tests.factories import NOW, highlight, note, paper, person, reply, summarised

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=2027)


@pytest.fixture
def li():
    return person()


@pytest.fixture
def wang():
    return person("wang")


@pytest.fixture
def thread(li):
    """A note of Li's for the team."""
    return note(paper(), "first", by=li, visibility="team")


def edit(written, body, visibility, *, by):
    written.refresh_from_db()
    base = written.version
    return annotations.edit(written, body, visibility, base=base, by=by, now=LATER)


def test_a_reply_is_seen_by_whom_the_first_note_is(thread, li, wang):
    private = note(thread.entry, "mine", by=li)

    answer = reply(thread, "回答 $x$", by=wang)
    aside = reply(private, "to myself", by=li)

    assert (answer.parent, answer.entry, answer.visibility) == (
        thread,
        thread.entry,
        "team",
    )
    assert "<math" in answer.html
    assert aside.private
    assert set(Annotation.objects.visible_to(wang)) == {thread, answer}


def test_a_reply_to_a_reply_goes_on_with_the_thread(thread, li, wang):
    answer = reply(thread, by=wang)

    assert reply(answer, "and back", by=li).parent == thread


@pytest.mark.parametrize("rights", [{}, {"curator": True}, {"admin": True}])
def test_there_is_no_replying_to_what_is_somebody_elses(li, rights):
    private = note(paper(), by=li)
    boss = person("boss", **rights)
    verbs = [
        lambda: reply(private, by=boss),
        lambda: annotations.resolve(private, by=boss, now=NOW),
        lambda: annotations.reopen(private, by=boss),
        lambda: annotations.react(private, "agree", on=True, by=boss, now=NOW),
    ]

    for verb in verbs:
        with pytest.raises(Annotation.DoesNotExist):
            verb()

    private.refresh_from_db()
    assert (private.replies.count(), private.resolved_at) == (0, None)
    assert not Reaction.objects.exists()


def test_the_same_reply_at_once_is_written_once(thread, wang):
    again = [reply(thread, "yes\r\n", by=wang) for _ in range(2)]

    assert again[0] == again[1]
    assert thread.replies.count() == 1
    with pytest.raises(NoText):
        reply(thread, " ", by=wang)


def test_a_team_thread_in_which_others_wrote_cannot_be_hidden(thread, li, wang):
    answer = reply(thread, by=wang)

    with pytest.raises(Answered):
        edit(thread, "first", "private", by=li)

    assert set(Annotation.objects.visible_to(wang)) == {thread, answer}
    annotations.delete(answer, by=wang, now=NOW)
    edit(thread, "first", "private", by=li)
    assert not Annotation.objects.visible_to(wang).exists()


def test_ones_own_replies_are_hidden_and_shown_with_the_first_note(thread, li, wang):
    answer = reply(thread, by=li)

    edit(thread, "first", "private", by=li)
    assert not Annotation.objects.visible_to(wang).exists()

    edit(thread, "first", "team", by=li)
    assert set(Annotation.objects.visible_to(wang)) == {thread, answer}


def test_a_reply_stays_as_visible_as_its_thread(thread, wang):
    answer = reply(thread, by=wang)

    edit(answer, "changed", "private", by=wang)

    answer.refresh_from_db()
    assert (answer.body, answer.visibility) == ("changed", "team")
    edit(answer, "changed", "private", by=wang)  # nothing is asked for


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["private", "reply"])
def test_a_reply_while_the_thread_is_hidden_is_refused_or_keeps_it_open(first):
    li, wang = person(), person("wang")
    thread = note(paper(), "first", by=li, visibility="team")
    together = Barrier(2)

    def at_once(act):
        together.wait(30)
        try:
            return act()
        except (Answered, Annotation.DoesNotExist):
            return None
        finally:
            connection.close()

    acts = [
        lambda: edit(thread, "first", "private", by=li),
        lambda: reply(thread, by=wang),
    ]
    with ThreadPoolExecutor(2) as threads:
        running = [
            threads.submit(at_once, act) for act in acts[:: (first == "reply") * -2 + 1]
        ]
        done = [each.result() for each in running]

    assert sum(one is not None for one in done) == 1
    assert len(set(Annotation.objects.values_list("visibility", flat=True))) == 1


def test_a_thread_is_settled_and_taken_up_again(thread, li, wang):
    annotations.resolve(thread, by=wang, now=NOW)
    annotations.resolve(reply(thread, by=li), by=li, now=LATER)

    thread.refresh_from_db()
    assert (thread.resolved_at, thread.resolved_by) == (NOW, wang)

    for _ in range(2):
        annotations.reopen(thread, by=li)
    thread.refresh_from_db()
    assert (thread.resolved_at, thread.resolved_by) == (None, None)


def test_each_mood_is_said_once_and_taken_back(thread, li, wang):
    for mood in ("agree", "agree", "idea"):
        annotations.react(thread, mood, on=True, by=wang, now=NOW)
    annotations.react(thread, "agree", on=True, by=li, now=NOW)
    annotations.react(thread, "idea", on=False, by=wang, now=NOW)
    annotations.react(thread, "cheer", on=False, by=wang, now=NOW)

    said = thread.reactions.values_list("member", "mood")
    assert list(said) == [(wang.pk, "agree"), (li.pk, "agree")]
    with pytest.raises(ValueError, match="anger"):
        annotations.react(thread, "anger", on=True, by=li, now=NOW)


def test_a_note_with_replies_leaves_a_stub_without_words(thread, li, wang):
    answer = reply(thread, by=wang)
    annotations.react(thread, "agree", on=True, by=wang, now=NOW)

    annotations.delete(thread, by=li, now=LATER)
    annotations.delete(thread, by=li, now=NOW)

    thread.refresh_from_db()
    assert (thread.body, thread.html, thread.deleted_at) == ("", "", LATER)
    assert not Reaction.objects.exists()
    assert set(Annotation.objects.standing()) == {answer}
    kept = events(Annotation).objects.filter(pgh_obj_id=thread.pk).order_by("pgh_id")
    assert [row.body for row in kept] == ["first", ""]


def test_a_stub_goes_with_the_last_reply(thread, li, wang):
    answers = [reply(thread, str(n), by=wang) for n in range(2)]
    annotations.delete(thread, by=li, now=NOW)

    annotations.delete(answers[0], by=wang, now=NOW)
    assert Annotation.objects.count() == 2
    annotations.delete(answers[1], by=wang, now=NOW)

    assert not Annotation.objects.exists()


def test_a_stub_can_be_answered_and_not_changed(thread, li, wang):
    reply(thread, by=wang)
    annotations.delete(thread, by=li, now=NOW)

    reply(thread, "what was it?", by=wang)
    annotations.resolve(thread, by=wang, now=NOW)

    with pytest.raises(Annotation.DoesNotExist):
        edit(thread, "back", "team", by=li)
    with pytest.raises(Annotation.DoesNotExist):
        annotations.react(thread, "agree", on=True, by=wang, now=NOW)
    assert thread.replies.count() == 2


def test_a_first_note_without_replies_goes_at_once(thread, li):
    annotations.delete(thread, by=li, now=NOW)

    assert not Annotation.objects.exists()


def test_a_highlights_stub_stays_at_its_text_without_its_meaning(li, wang):
    entry = summarised(paper(), "用指令微调模型。")
    marked = highlight(entry, "指令微调", by=li)
    reply(marked, by=wang)

    annotations.delete(marked, by=li, now=NOW)

    marked.refresh_from_db()
    assert (marked.exact, marked.meaning) == ("指令微调", "")


def test_members_delete_no_others_replies(thread, li, wang):
    answer = reply(thread, by=wang)

    with pytest.raises(NotYours):
        annotations.delete(answer, by=li, now=NOW)
    annotations.delete(answer, by=person("boss", curator=True), now=NOW)
    assert not thread.replies.exists()


def test_a_reply_to_what_is_gone_is_refused(thread, li, wang):
    annotations.delete(thread, by=li, now=NOW)

    with pytest.raises(Annotation.DoesNotExist):
        reply(thread, by=wang)
