import pytest

from kb.models import Annotation, Paper, Summary
from kb.ops import annotations
from kb.ops.annotations import Passage
from kb.ops.errors import NotThere
from kb.text import anchors, markdown
from tests.factories import NOW, highlight, note, paper, person, summarised

pytestmark = pytest.mark.django_db

BODY = "# 要点\n\n用**指令微调**模型，代价 $O(n)$。\n\n指令要短，模型要大。"


@pytest.fixture
def li():
    return person()


@pytest.fixture
def entry():
    """A paper with a summary and an abstract."""
    entry = summarised(paper(), BODY)
    Paper.objects.filter(pk=entry.pk).update(
        abstract="We scale attention to a billion tokens.\n\nIt works & is simple."
    )
    return entry


def plain(entry):
    return anchors.plain(entry.summaries.get().html)


def passage(entry, quote, **changed):
    """What a browser tells of a quote it shows."""
    text = plain(entry)
    start = text.index(quote)
    end = start + len(quote)
    told = {
        "where": "zh",
        "start": start,
        "prefix": text[max(0, start - 32) : start],
        "suffix": text[end : end + 32],
    }
    return Passage(quote, **{**told, **changed})


def test_a_passage_is_kept_with_where_it_is_and_what_is_around(entry, li):
    kept = note(entry, "why?", by=li, about=passage(entry, "指令微调模型"))

    kept.refresh_from_db()
    text = plain(entry)
    assert (kept.where, kept.exact) == ("zh", "指令微调模型")
    assert text[kept.start : kept.end] == kept.exact
    assert text[: kept.start].endswith(kept.prefix)
    assert text[kept.end :].startswith(kept.suffix)
    assert kept.orphaned_at is None


def test_a_highlight_needs_no_words_and_has_a_meaning(entry, li):
    kept = highlight(entry, "指令微调", by=li, meaning="question")

    assert (kept.body, kept.html, kept.meaning) == ("", "", "question")


def test_words_that_stand_twice_are_those_that_were_selected(entry, li):
    second = plain(entry).rindex("模型")
    around = {
        "start": second,
        "prefix": plain(entry)[:second][-32:],
        "suffix": "要大。",
    }

    kept = note(entry, by=li, about=passage(entry, "模型", **around))

    assert kept.start == second


def test_what_was_seen_before_somebody_saved_is_found_where_it_is_now(entry, li):
    seen = passage(entry, "指令要短")
    summarised(entry, f"先说一句。\n\n{BODY}")

    kept = note(entry, by=li, about=seen)

    assert kept.start == plain(entry).index("指令要短") != seen.start


@pytest.mark.parametrize(
    "changed",
    [
        {"quote": "从未写过的话", "start": 3},
        {"where": "en"},
        {"where": "abstract"},
        {"start": 100_000, "prefix": "没有", "suffix": "这样"},
        {"start": 1, "prefix": "longer than what is before"},
    ],
)
def test_what_is_not_in_the_text_any_more_is_refused(entry, li, changed):
    strange = {"prefix": "完全不同的", "suffix": "上下文在此", "quote": "指令微调"}
    claimed = Passage(**{"where": "zh", "start": 4, **strange, **changed})

    with pytest.raises(NotThere) as refusal:
        note(entry, "mine", by=li, about=claimed)

    assert refusal.value.places == ()
    assert not Annotation.objects.exists()


def test_words_alone_are_found_in_whichever_text_has_them(entry, li):
    zh = note(entry, "1", by=li, about=Passage(" 指令\n微调 ".replace("\n", "")))
    abstract = note(entry, "2", by=li, about=Passage("scale  attention"))
    about = note(entry, "3", by=li, about=Passage("SCALE ATTENTION to"))

    assert (zh.where, zh.exact) == ("zh", "指令微调")
    assert (abstract.where, abstract.exact) == ("abstract", "scale attention")
    assert (about.where, about.exact) == ("abstract", "scale attention to")


def test_words_that_are_there_twice_are_offered_to_choose_from(entry, li):
    with pytest.raises(NotThere) as refusal:
        note(entry, "mine", by=li, about=Passage("指令"))

    first, second = refusal.value.places
    assert first.anchor.suffix.startswith("微调")
    assert second.anchor.suffix.startswith("要短")
    chosen = Passage(
        second.anchor.exact,
        second.where,
        second.anchor.start,
        second.anchor.prefix,
        second.anchor.suffix,
    )
    assert note(entry, "mine", by=li, about=chosen).start == second.anchor.start


@pytest.mark.parametrize("quote", ["", " \n", "nothing of the kind"])
def test_words_that_are_nowhere_are_refused(entry, li, quote):
    with pytest.raises(NotThere):
        note(entry, "mine", by=li, about=Passage(quote))


def test_more_than_can_be_quoted_is_refused(entry, li):
    summarised(entry, "长" * 5_000)

    with pytest.raises(anchors.Unquotable):
        note(entry, by=li, about=passage(entry, "长" * 5_000))


def test_the_same_highlight_at_once_is_made_once(entry, li):
    first = highlight(entry, "指令微调", by=li)

    assert highlight(entry, "指令微调", by=li) == first
    assert highlight(entry, "代价", by=li) != first
    assert highlight(entry, "指令微调", by=li, meaning="method") != first
    assert highlight(entry, "指令微调", by=li, visibility="private") != first


def test_html_of_an_older_renderer_is_made_anew_with_its_notes(entry, li):
    html = f"<p>旧的渲染多出一行。</p>{entry.summaries.get().html}"
    Summary.objects.update(html=html)
    old = highlight(entry, "指令要短", by=li)
    Summary.objects.update(renderer=markdown.RENDERER - 1)

    new = highlight(entry, "代价", by=li)

    old.refresh_from_db()
    text = plain(entry)
    assert Summary.objects.get().renderer == markdown.RENDERER
    assert text[old.start : old.end] == "指令要短"
    assert text[new.start : new.end] == "代价"


def test_only_its_writer_says_what_a_highlight_means(entry, li):
    mine = highlight(entry, "指令微调", by=li)

    annotations.mean(mine, "disagree", by=li)

    mine.refresh_from_db()
    assert (mine.meaning, mine.version, mine.edited_at) == ("disagree", 2, None)
    with pytest.raises(annotations.writing.NotYours):
        annotations.mean(mine, "key", by=person("wang"))


def test_a_note_on_the_whole_entry_has_no_meaning(entry, li):
    whole = note(entry, by=li)

    assert annotations.mean(whole, "key", by=li).meaning == ""


def test_a_highlight_is_given_words_and_loses_them_again(entry, li):
    mine = highlight(entry, "指令微调", by=li)

    for body in ("because", " \n"):
        base = Annotation.objects.get().version
        annotations.edit(mine, body, "team", base=base, by=li, now=NOW)
        mine.refresh_from_db()
        assert mine.body == body.strip()
    assert mine.exact == "指令微调"
