from datetime import UTC, datetime

import pytest

from kb.models import Annotation, Notification, Paper
from kb.ops import annotations, summaries
from kb.ops.exchange import giving, taking
from kb.ops.exchange.report import Outcome
from kb.ops.exchange.taking import Terms
from kb.webannotations import Annotation as Item
from kb.webannotations import Collection, Person, Position, Quote, Target
from tests.factories import NOW, blog, note, paper, person

pytestmark = pytest.mark.django_db
HERE = "https://kb.example.org"
ARXIV = "https://arxiv.org/abs/2307.02486"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = HERE


@pytest.fixture
def li():
    return person()


def item(name="1", source=ARXIV, **said):
    """One annotation of somewhere else."""
    target = said.pop("target", Target(source))
    said.setdefault("text", "一")
    return Item(id=f"urn:x:{name}", target=target, **said)


def reply(name, to, text="答"):
    return Item(id=f"urn:x:{name}", reply_to=f"urn:x:{to}", text=text)


def take(by, *items, dry_run=False, **terms):
    found = Collection("urn:x", items)
    terms = Terms(lambda _creator: by, **terms)
    return taking.take(found, terms, by=by, now=NOW, dry_run=dry_run)


def outcomes(report):
    return [row.outcome for row in report.rows]


def about(quote, prefix="", suffix="", source=ARXIV, start=None):
    place = None if start is None else Position(start, start + len(quote))
    return Target(source, Quote(quote, prefix, suffix), place)


def with_abstract(text="We use dilated attention. Dilated attention is cheap."):
    entry = paper("2307.02486")
    Paper.objects.update(abstract=text)
    return entry


@pytest.mark.parametrize(
    "source",
    [
        "https://arxiv.org/abs/2307.02486v2",
        "https://arxiv.org/pdf/2307.02486.pdf",
        "https://www.alphaxiv.org/abs/2307.02486",
        "https://doi.org/10.48550/arXiv.2307.02486",
    ],
)
def test_a_note_comes_to_the_entry_that_its_address_is_of(li, source):
    entry = paper("2307.02486")

    report = take(li, item(source=source, text="**重点**"))

    kept = Annotation.objects.get()
    assert outcomes(report) == [Outcome.ADDED]
    assert (kept.entry, kept.author, kept.body) == (entry, li, "**重点**")
    assert "<strong>" in kept.html


def test_what_is_not_in_the_library_is_left_out_and_said(li):
    paper("2307.02486")

    report = take(
        li,
        item("1", "https://example.org/other"),
        item("2", "urn:x-pdf:0123"),
        item("3", f"{HERE}/entries/999999/"),
        item("4", f"{HERE}/topics/"),
    )

    assert set(outcomes(report)) == {Outcome.UNKNOWN}
    assert report.rows[0].about == "https://example.org/other"
    assert not Annotation.objects.exists()


def test_bringing_it_in_again_adds_nothing_and_changes_nothing(li):
    paper("2307.02486")
    long_name = "https://example.org/" + "a" * 400
    items = [item("1"), Item(id=long_name, target=Target(ARXIV), text="二")]
    take(li, *items)
    first = Annotation.objects.order_by("pk").first()
    annotations.edit(first, "改过的", "team", base=1, by=li, now=NOW)

    report = take(li, *items)

    assert outcomes(report) == [Outcome.KNOWN, Outcome.KNOWN]
    assert set(Annotation.objects.values_list("body", flat=True)) == {"改过的", "二"}


def test_a_dry_run_says_the_same_and_writes_nothing(li):
    with_abstract()
    items = item("1"), item("2", target=about("no such words")), reply("3", "1")

    planned = take(li, *items, dry_run=True)

    assert not Annotation.objects.exists()
    assert outcomes(planned) == outcomes(take(li, *items))


def test_a_passage_is_found_by_what_stands_around_it(li):
    with_abstract()

    report = take(
        li,
        item("1", target=about("dilated attention", "We use ", ". Dilated")),
        item("2", target=about("Dilated attention", "attention. ", " is\ncheap")),
    )

    assert outcomes(report) == [Outcome.MATCHED, Outcome.MATCHED]
    found = Annotation.objects.order_by("start").values_list("where", "start", "exact")
    assert list(found) == [
        ("abstract", 7, "dilated attention"),
        ("abstract", 26, "Dilated attention"),
    ]


def test_a_passage_nobody_has_is_kept_without_a_place(li):
    with_abstract()

    report = take(li, item(target=about("from page 7", "before ", " after")))

    kept = Annotation.objects.get()
    assert outcomes(report) == [Outcome.ORPHANED]
    assert (kept.exact, kept.prefix, kept.suffix) == (
        "from page 7",
        "before ",
        " after",
    )
    assert kept.orphaned_at == NOW
    assert list(report.worth_a_look()) == report.rows


def test_the_summary_that_an_address_names_is_the_one_that_is_looked_in(li):
    entry = with_abstract("膨胀注意力。")
    summaries.save(entry, "zh", "说膨胀注意力。", base=0, by=li, now=NOW)
    here = f"{HERE}/entries/{entry.pk}/?lang=zh"

    take(li, item(target=about("膨胀注意力", start=1, source=here)))

    kept = Annotation.objects.get()
    assert (kept.where, kept.start) == ("zh", 1)


def test_a_passage_that_is_not_quoted_is_refused_in_words(li):
    with_abstract()

    report = take(
        li,
        item("1", target=Target(ARXIV, None, Position(3, 9))),
        item("2", target=about(" ")),
    )

    assert outcomes(report) == [Outcome.REFUSED, Outcome.REFUSED]
    assert all(row.why for row in report.rows)


def test_tags_say_what_it_means_or_stand_below(li):
    with_abstract()
    take(
        li,
        item("1", target=about("We use"), tags=("key", "to read"), text=""),
        item("2", tags=("question", "a*b"), text="为什么？"),
    )

    mark, asked = Annotation.objects.order_by("pk")

    assert (mark.meaning, mark.body) == ("key", "\\#to read")
    assert (asked.meaning, asked.body) == ("", "为什么？\n\n\\#question \\#a\\*b")


def test_words_of_others_are_marked_as_theirs(li):
    paper("2307.02486")
    ann, me = Person("Ann *Lee*", "acct:ann@x.org"), Person("LI")
    take(li, item("1", creator=ann), item("2", creator=me), item("3"))
    take(li, item("4", creator=ann), signed=False)

    bodies = Annotation.objects.order_by("pk").values_list("body", flat=True)

    assert list(bodies) == ["一\n\n— Ann \\*Lee\\*", "一", "一", "一"]


def test_who_sees_it(li):
    paper("2307.02486")
    take(li, item("1"), item("2", private=True))
    take(li, item("3"), item("4", private=True), shared=False)

    seen = Annotation.objects.order_by("pk").values_list("visibility", flat=True)

    assert list(seen) == ["team", "private", "private", "private"]


def test_threads_come_as_threads_in_any_order(li):
    paper("2307.02486")

    report = take(
        li,
        reply("3", "2", "答二"),
        reply("2", "1", "答一"),
        item("1", private=True, resolved=True),
    )

    first = Annotation.objects.get(parent=None)
    assert set(outcomes(report)) == {Outcome.ADDED}
    assert first.resolved_at == NOW
    replies = Annotation.objects.exclude(parent=None)
    assert set(replies.values_list("parent", "visibility")) == {(first.pk, "private")}


def test_a_reply_to_what_is_not_here_is_left_out_and_said(li):
    paper("2307.02486")

    report = take(
        li,
        item("1", "https://example.org/other"),
        reply("2", "1"),
        reply("3", "nowhere"),
        reply("4", "5"),
        reply("5", "4"),
    )

    assert outcomes(report) == [Outcome.UNKNOWN, *[Outcome.UNANSWERED] * 4]
    assert not Annotation.objects.exists()


def test_nobody_answers_a_private_note_of_somebody_else(li):
    kept = note(paper("2307.02486"), "秘密", by=person("wang"))
    to = f"{HERE}/notes/{kept.pk}/"

    answer = take(li, Item(id="urn:x:1", reply_to=to, text="答"))
    forged = take(li, Item(id=to, target=Target(ARXIV), text="冒充"))

    assert outcomes(answer) == [Outcome.UNANSWERED]
    assert outcomes(forged) == [Outcome.ADDED]  # a note of their own
    kept.refresh_from_db()
    assert (kept.body, kept.replies.count()) == ("秘密", 0)


def test_times_are_kept_but_not_those_to_come(li):
    paper("2307.02486")
    then, later = datetime(2024, 5, 6, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    take(li, item("1", created=then, modified=later), item("2", created=later))

    told = Annotation.objects.order_by("pk").values_list("written_at", "edited_at")

    assert list(told) == [(then, NOW), (NOW, None)]


@pytest.mark.parametrize("text", ["", "长" * 65_536])
def test_what_no_note_can_say_is_refused_in_words(li, text):
    paper("2307.02486")

    report = take(li, item(text=text, tags=()))

    assert outcomes(report) == [Outcome.REFUSED]
    assert report.rows[0].why


def test_nobody_is_told_of_what_was_brought_in(li):
    paper("2307.02486")
    person("wang")

    take(li, item(text="@wang 看"))

    assert not Notification.objects.exists()


def test_what_went_out_is_known_when_it_comes_back(li):
    wang = person("wang")
    entry = with_abstract()
    first = note(entry, "问", by=li, visibility="team")
    annotations.reply(first, "答", by=wang, now=NOW)
    notes = Annotation.objects.all()
    file = giving.collection(notes, address=f"{HERE}/annotations/", label="")

    report = take(wang, *file.items)

    assert set(outcomes(report)) == {Outcome.KNOWN}


def test_what_went_out_comes_into_another_library_as_it_was(li, settings):
    entry = with_abstract()
    blog("https://example.org/post")
    first = note(entry, "问 $x$", by=li, visibility="team")
    annotations.reply(first, "答", by=li, now=NOW)
    about_it = annotations.Passage("is cheap", meaning="method")
    annotations.write(entry, "", "team", by=li, now=NOW, about=about_it)
    notes = Annotation.objects.all()
    file = giving.collection(notes, address=f"{HERE}/annotations/", label="")
    columns = ("body", "where", "exact", "start", "meaning", "visibility", "written_at")
    before = set(notes.values_list(*columns))
    notes.delete()
    settings.SITE_URL = "https://other.example.org"

    take(li, *file.items)

    assert set(notes.values_list(*columns)) == before
    assert notes.exclude(parent=None).get().parent.body == "问 $x$"
