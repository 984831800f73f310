"""Two people change one text: both are shown, put together, and neither is lost."""

import json
import re

import pytest

from kb.models import Annotation, Summary
from kb.models.history import events
from kb.ops import annotations, summaries
from kb.web import clashes
from tests import filled
from tests.factories import NOW, note, paper, person

pytestmark = pytest.mark.django_db
BASE = "# 要点\n\n模型用膨胀注意力。\n\n- 实验一\n"
MINE = "# 要点\n\n模型使用膨胀注意力。\n\n- 实验一\n- 我的实验\n"
THEIRS = "# 要点\n\n模型用稀疏注意力。\n\n- 实验一\n"


def saved(entry, body, base, by=None):
    return summaries.save(entry, "zh", body, base=base, by=by, now=NOW)


@pytest.fixture
def clash(client, member):
    """What a member is answered who saves over what another saved meanwhile."""

    def answer(base=BASE, mine=MINE, theirs=THEIRS):
        entry = paper()
        saved(entry, base, 0)
        saved(entry, theirs, 1, by=person("wang"))
        url = f"/entries/{entry.pk}/summary/zh/"
        return url, client.post(url, {"body": mine, "base": 1})

    return answer


def test_changes_that_do_not_clash_are_put_together(client, clash):
    url, refused = clash()

    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Somebody saved this summary since you began." in page
    assert "wang changed this" in page
    assert "You changed this" in page
    assert "Both changed this" not in page
    form = filled.form(refused)
    assert form["body"] == "# 要点\n\n模型使用稀疏注意力。\n\n- 实验一\n- 我的实验"

    client.post(url, form)
    kept = Summary.objects.get()
    assert (kept.body, kept.version) == (form["body"], 3)


def test_both_texts_are_on_the_page_whole(clash):
    _, refused = clash("一", "我的 <b>", "他的 & 话")

    page = refused.content.decode()
    assert '<pre lang="zh-Hans">我的 &lt;b&gt;</pre>' in page
    assert '<pre lang="zh-Hans">他的 &amp; 话</pre>' in page


@pytest.mark.parametrize(
    ("choice", "text"),
    [("mine", "快一点"), ("theirs", "慢一点"), ("both", "快一点\n\n慢一点")],
)
def test_where_both_changed_the_same_one_chooses(client, clash, choice, text):
    url, refused = clash("一", "快一点", "慢一点")
    form = filled.form(refused)
    assert form["body"] == "快一点\n\n慢一点"  # until somebody chooses
    assert "Both changed this" in refused.content.decode()
    (name,) = [name for name in form if name.startswith("body-choice-")]

    shown = client.post(url, {**form, name: choice, "combine": "1"})

    assert shown.status_code == 200
    again = filled.form(shown)
    assert (again["body"], again[name]) == (text, choice)
    client.post(url, again)
    assert Summary.objects.get().body == text


def test_a_change_nobody_else_made_can_be_left_out(client, clash):
    url, refused = clash()
    form = filled.form(refused)
    chosen = {name: "theirs" for name in form if "-choice-" in name}

    shown = client.post(url, {**form, **chosen, "combine": "1"})

    assert filled.form(shown)["body"] == THEIRS.strip("\n")


def test_what_was_typed_by_hand_is_saved_and_not_thrown_away(client, clash):
    url, refused = clash()
    form = {**filled.form(refused), "body": "手写的文字"}

    shown = client.post(url, {**form, "combine": "1"})

    assert "手写的文字" in shown.content.decode()
    client.post(url, form)
    assert Summary.objects.get().body == "手写的文字"


def test_a_third_who_saves_meanwhile_is_shown_too(client, clash):
    url, refused = clash()
    form = {**filled.form(refused), "body": "放在一起的文字"}
    summary = Summary.objects.get()
    saved(summary.entry, "第三人的文字", 2, by=person("zhao"))

    again = client.post(url, form)

    assert again.status_code == 409
    both = filled.form(again)
    assert both["body-mine"] == "放在一起的文字"
    assert both["body-theirs"] == "第三人的文字"
    assert both["body-base"] == THEIRS.strip("\n")
    client.post(url, both)
    assert Summary.objects.get().version == 4


def test_all_that_was_ever_saved_is_in_the_history(client, clash):
    url, refused = clash()
    client.post(url, filled.form(refused))

    bodies = events(Summary).objects.order_by("pgh_id").values_list("body", flat=True)

    told = [BASE, THEIRS, filled.form(refused)["body"]]
    assert list(bodies) == [body.strip("\n") for body in told]


def test_a_text_too_long_to_save_stays_with_its_choices(client, clash):
    mine, theirs = "我" * 15_000, "他" * 15_000
    url, refused = clash("一", mine, theirs)

    shown = client.post(url, filled.form(refused))

    assert shown.status_code == 422
    assert "errorlist" in shown.content.decode()
    form = filled.form(shown)
    assert form["body"] == f"{mine}\n\n{theirs}"
    (name,) = [name for name in form if "-choice-" in name]
    again = client.post(url, {**form, name: "mine", "combine": "1"})
    client.post(url, filled.form(again))
    assert Summary.objects.get().body == mine


def test_a_summary_deleted_meanwhile_is_said_to_be(client, member):
    entry = paper()
    saved(entry, BASE, 0)
    summaries.delete(Summary.objects.get(), by=member, now=NOW)
    url = f"/entries/{entry.pk}/summary/zh/"

    refused = client.post(url, {"body": MINE, "base": 1})

    assert refused.status_code == 409
    assert "deleted this summary" in refused.content.decode()
    form = filled.form(refused)
    client.post(url, {**form, "body": MINE})
    assert Summary.objects.get().body == MINE.strip("\n")


def test_a_base_nobody_knows_loses_nothing(client, member):
    entry = paper()
    saved(entry, THEIRS, 0)
    url = f"/entries/{entry.pk}/summary/zh/"

    refused = client.post(url, {"body": MINE, "base": 77})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "我的实验" in page
    assert "稀疏" in page


def test_the_page_gives_its_element_what_the_server_would_put_together(clash):
    _, refused = clash()

    page = refused.content.decode()
    told = re.search(r'data-parts="([^"]*)"', page)[1]
    parts = json.loads(told.replace("&quot;", '"').replace("&#x27;", "'"))
    for side, text in (("mine", MINE), ("theirs", THEIRS)):
        joined = "".join(one if isinstance(one, str) else one[side] for one in parts)
        assert joined == text.strip("\n")


def test_hostile_texts_are_text(clash):
    _, refused = clash(
        "<script>alert(0)</script>",
        "<script>alert(1)</script>\"'",
        "</textarea><script>alert(2)</script>",
    )

    assert "<script>alert" not in refused.content.decode()


@pytest.mark.parametrize("missing", clashes.KEPT)
def test_a_form_that_carries_half_a_clash_is_a_form(client, clash, missing):
    url, refused = clash()
    form = {**filled.form(refused), "combine": "1"}
    del form[f"body-{missing}"]

    assert client.post(url, form).status_code == 302


# --- Notes --------------------------------------------------------------------


def test_two_windows_of_one_author_are_put_together(client, member):
    kept = note(paper(), BASE, by=member)
    annotations.edit(kept, THEIRS, "private", base=1, by=member, now=NOW)
    url = f"/notes/{kept.pk}/edit/"

    refused = client.post(url, {"body": MINE, "visibility": "private", "base": 1})

    assert refused.status_code == 409
    form = filled.form(refused)
    assert form["body"] == "# 要点\n\n模型使用稀疏注意力。\n\n- 实验一\n- 我的实验"
    chosen = {name: "theirs" for name in form if "-choice-" in name}
    shown = client.post(url, {**form, **chosen, "combine": "1"})
    assert filled.form(shown)["body"] == THEIRS.strip("\n")
    client.post(url, form)
    assert Annotation.objects.get().body == form["body"]


@pytest.mark.parametrize(
    ("theirs", "mine", "kept"),
    [
        ("private", "team", "private"),  # another window made it private
        ("team", "private", "private"),  # this one did
        ("team", "team", "team"),
    ],
)
def test_who_sees_a_note_is_what_either_window_changed(
    client, member, theirs, mine, kept
):
    written = note(paper(), "一", by=member, visibility="team")
    annotations.edit(written, "二", theirs, base=1, by=member, now=NOW)
    url = f"/notes/{written.pk}/edit/"

    refused = client.post(url, {"body": "三", "visibility": mine, "base": 1})
    client.post(url, filled.form(refused))

    assert Annotation.objects.get().visibility == kept
