import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.webannotations import (
    Annotation,
    Collection,
    NotAnnotations,
    Person,
    Position,
    Quote,
    Target,
    read,
    write,
)
from kb.webannotations.files import MAX_BYTES

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
)
NAME = st.text(alphabet="abcdefghij0123456789-._~", min_size=1, max_size=8)
ADDRESS = st.builds("https://a.example/{}".format, NAME)
MOMENT = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 (the zone comes beside it)
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
PERSON = st.builds(Person, st.one_of(st.just(""), TEXT), ADDRESS)
QUOTE = st.builds(Quote, TEXT, st.just("") | TEXT, st.just("") | TEXT)
POSITION = st.builds(
    lambda start, size: Position(start, start + size),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
KNOWN = {
    "creator": st.none() | PERSON,
    "created": st.none() | MOMENT,
    "modified": st.none() | MOMENT,
    "private": st.booleans(),
    "resolved": st.booleans(),
    "tags": st.lists(TEXT, max_size=3).map(tuple),
}
ABOUT = st.one_of(
    st.builds(
        Annotation,
        ADDRESS,
        st.builds(Target, ADDRESS, QUOTE, st.none() | POSITION),
        text=st.just("") | TEXT,
        **KNOWN,
    ),
    st.builds(Annotation, ADDRESS, st.builds(Target, ADDRESS), text=TEXT, **KNOWN),
    st.builds(Annotation, ADDRESS, reply_to=ADDRESS, text=TEXT, **KNOWN),
)
COLLECTIONS = st.builds(
    Collection,
    ADDRESS,
    st.lists(ABOUT, max_size=4, unique_by=lambda one: one.id).map(tuple),
    st.just("") | TEXT,
)

NOTE = Annotation(
    id="https://kb.example/notes/7",
    target=Target(
        "https://kb.example/entries/3#summary-zh",
        Quote("指令微调", "先做一轮", "，结论"),
        Position(4, 8),
    ),
    text="**为什么**？ $x^2$",
    tags=("question",),
    creator=Person("wang", "https://kb.example/people/wang"),
    created=datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
    private=True,
)
REPLY = Annotation("https://kb.example/notes/8", reply_to=NOTE.id, text="See §3.")
ALL = Collection("https://kb.example/entries/3/notes", (NOTE, REPLY), "LongNet")


def refusals(said: object) -> list[str]:
    """Return what is said of a file that is refused."""
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    with pytest.raises(NotAnnotations) as refused:
        read(content)
    return [str(problem) for problem in refused.value.problems]


def one(**changes: object) -> dict[str, object]:
    """Return a valid annotation of another program, changed."""
    said = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "http://b.example/anno1",
        "type": "Annotation",
        "body": {"type": "TextualBody", "value": "a note"},
        "target": "http://b.example/page1",
    }
    return {
        name: value for name, value in (said | changes).items() if value is not None
    }


@given(COLLECTIONS)
def test_what_is_written_reads_the_same(collection):
    assert read(write(collection).encode()) == collection


def test_a_file_is_web_annotation_json_ld():
    said = json.loads(write(ALL))

    note, reply = said["first"]["items"]
    assert said["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert (said["type"], said["first"]["type"]) == (
        "AnnotationCollection",
        "AnnotationPage",
    )
    assert (said["total"], said["label"]) == (2, "LongNet")
    assert note["motivation"] == "commenting"
    assert note["created"] == "2026-03-01T08:30:00Z"
    assert note["body"] == [
        {
            "type": "TextualBody",
            "value": "**为什么**？ $x^2$",
            "format": "text/markdown",
            "purpose": "commenting",
        },
        {"type": "TextualBody", "value": "question", "purpose": "tagging"},
    ]
    assert [one["type"] for one in note["target"]["selector"]] == [
        "TextQuoteSelector",
        "TextPositionSelector",
    ]
    assert (reply["motivation"], reply["target"]) == ("replying", note["id"])
    assert "creator" not in reply


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        (
            one(),
            Annotation(
                "http://b.example/anno1",
                Target("http://b.example/page1"),
                text="a note",
            ),
        ),
        (
            one(body=None, bodyValue="short", target={"id": "http://b.example/p"}),
            Annotation(
                "http://b.example/anno1", Target("http://b.example/p"), text="short"
            ),
        ),
        (
            one(
                body=[{"value": "one"}, {"value": "two", "purpose": ["commenting"]}],
                creator="http://b.example/me",
                created="2015-10-13T13:00:00+02:00",
            ),
            Annotation(
                "http://b.example/anno1",
                Target("http://b.example/page1"),
                text="one\n\ntwo",
                creator=Person(id="http://b.example/me"),
                created=datetime(2015, 10, 13, 11, tzinfo=UTC),
            ),
        ),
        (
            one(
                motivation=["oa:highlighting", "http://b.example/mine"],
                body=None,
                target={
                    "source": {"id": "http://b.example/page1", "type": "Text"},
                    "selector": [
                        {"type": "XPathSelector", "value": "/p[1]"},
                        {"type": "TextQuoteSelector", "exact": "words"},
                    ],
                },
            ),
            Annotation(
                "http://b.example/anno1",
                Target("http://b.example/page1", Quote("words")),
            ),
        ),
    ],
)
def test_other_programs_are_understood(said, read_as):
    assert read(json.dumps(said).encode()).items == (read_as,)


def test_a_page_and_its_following_pages_are_read():
    page = {
        "type": "AnnotationPage",
        "id": "http://b.example/2",
        "items": [one(id="http://b.example/2")],
    }
    said = {
        "@context": ["http://www.w3.org/ns/anno.jsonld", {"x": "http://b.example/x#"}],
        "id": "http://b.example/all",
        "type": ["AnnotationCollection", "x:Album"],
        "first": {"type": "AnnotationPage", "items": [one()], "next": page},
    }

    found = read(json.dumps(said).encode())

    assert [item.id for item in found.items] == [
        "http://b.example/anno1",
        "http://b.example/2",
    ]


SELECTOR = {"type": "TextQuoteSelector", "exact": "words"}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (
            one(**{"@context": "http://schema.org"}),
            "$: “@context” must be http://www.w3.org/ns/anno.jsonld.",
        ),
        (
            one(type="Note"),
            "$: This is no collection, page or single one of annotations.",
        ),
        (one(id=None), "$: “id” is missing."),
        (one(id="anno1"), "$.id: An address is expected here, with its “https:”."),
        (one(target=None), "$: “target” is missing."),
        (
            one(target=["http://b.example/1", "http://b.example/2"]),
            "$.target[1]: Only one target can be kept.",
        ),
        (one(target=7), "$.target: An object is expected here."),
        (
            one(body="http://b.example/video"),
            "$.body: Only a text that is in the file itself can be kept.",
        ),
        (
            one(body=[{"value": "a"}, {"type": "Image", "id": "http://b.example/i"}]),
            "$.body[1]: Only a text that is in the file itself can be kept.",
        ),
        (
            one(body={"value": "<b>", "format": "text/html"}),
            "$.body.format: Only text/markdown and text/plain can be kept as a text.",
        ),
        (one(body={"value": 7}), "$.body.value: A text is expected here."),
        (
            one(body={"value": "a\0"}),
            "$.body.value: There are characters in it that cannot be kept.",
        ),
        (
            one(body={"value": "a" * 70_000}),
            "$.body.value: At most 65536 characters can be kept.",
        ),
        (one(bodyValue="b"), "$.bodyValue: There is a “body” already."),
        (one(body=None), "$: It says nothing and marks nothing."),
        (one(motivation="shouting"), "$.motivation: “shouting” is no motivation."),
        (
            one(created="yesterday"),
            "$.created: A time like “2024-05-31T08:00:00Z” is expected.",
        ),
        (
            one(created="2024-05-31T08:00:00"),
            "$.created: A time like “2024-05-31T08:00:00Z” is expected.",
        ),
        (
            one(modified=5),
            "$.modified: A time like “2024-05-31T08:00:00Z” is expected.",
        ),
        (
            one(creator=["http://b.example/1", "http://b.example/2"]),
            "$.creator[1]: Only one creator can be kept.",
        ),
        (one(creator={"name": ["a"]}), "$.creator.name: A text is expected here."),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": {"type": "SvgSelector"},
                }
            ),
            "$.target: Neither a TextQuoteSelector nor a TextPositionSelector is here.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": {"type": "TextQuoteSelector"},
                }
            ),
            "$.target.selector: “exact” is missing.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": [SELECTOR, SELECTOR],
                }
            ),
            "$.target: Only one part of the text can be kept.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": SELECTOR | {"exact": ""},
                }
            ),
            "$.target.selector.exact: The quotation is empty.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": SELECTOR | {"refinedBy": SELECTOR},
                }
            ),
            "$.target.selector: A selector that is refined cannot be kept.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": {"type": "TextPositionSelector", "start": 7, "end": 3},
                }
            ),
            "$.target.selector.end: The end is before the start.",
        ),
        (
            one(
                target={
                    "source": "http://b.example/1",
                    "selector": {
                        "type": "TextPositionSelector",
                        "start": -1,
                        "end": True,
                    },
                }
            ),
            "$.target.selector.start: A whole number, 0 or greater, is expected here.",
        ),
        ([1], "$: An object is expected here."),
        (b"{", "$: The file is no JSON: see line 1."),
        (b"\xff\xfe\x00", "$: The file is no text in UTF-8."),
        (b"[" * 200_000, "$: The file has too many brackets inside each other."),
        (b" " * (MAX_BYTES + 1), "$: The file is larger than 16 MB."),
    ],
)
def test_what_is_not_of_the_model_is_refused_and_why_is_said(said, problem):
    assert refusals(said)[0] == problem


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"total": 3}, "$.total: There are 2 annotations in the file."),
        ({"first": "http://b.example/page1"}, "$.first: An object is expected here."),
        ({"first": None}, "$: “first” is missing."),
        (
            {"first": {"type": "Page", "items": []}, "total": 0},
            "$.first: This is no page of annotations.",
        ),
        (
            {"first": {"type": "AnnotationPage"}, "total": 0},
            "$.first: “items” is missing.",
        ),
        (
            {"first": {"type": "AnnotationPage", "items": {}}, "total": 0},
            "$.first.items: A list is expected here.",
        ),
        (
            {
                "first": {"type": "AnnotationPage", "items": ["http://b.example/1"]},
                "total": 1,
            },
            "$.first.items[0]: An object is expected here.",
        ),
        (
            {
                "first": {"type": "AnnotationPage", "items": [{"type": "Note"}]},
                "total": 1,
            },
            "$.first.items[0]: This is no annotation.",
        ),
    ],
)
def test_half_a_collection_is_refused(change, problem):
    assert refusals(json.loads(write(ALL)) | change)[0] == problem


def test_the_same_annotation_twice_is_refused():
    twice = Collection(ALL.id, (NOTE, NOTE))

    assert refusals(write(twice).encode()) == [
        f"$: 2 annotations have the id {NOTE.id}."
    ]


def test_all_problems_are_told_at_once_but_not_without_end():
    said = json.loads(write(Collection(ALL.id, (REPLY,))))
    said["first"]["items"] = [{}] * 100
    said["total"] = 100

    told = refusals(said)

    assert len(told) == 20
    assert told[0] == "$.first.items[0]: This is no annotation."


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "type",
                        "items",
                        "first",
                        "target",
                        "body",
                        "value",
                        "selector",
                        "rows",
                        "uri",
                        "created",
                        "creator",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_anything_else_is_refused_in_words(said):
    told = refusals(
        {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationCollection"}
        | (said if isinstance(said, dict) else {"first": said})
    )

    assert all(problem.startswith("$") for problem in told)
