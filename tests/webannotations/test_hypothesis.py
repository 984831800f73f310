import json
from datetime import UTC, datetime

import pytest

from kb.webannotations import Annotation, NotAnnotations, Person, Quote, Target, read

PAGE = "https://arxiv.org/abs/2307.02486"


def row(**changes: object) -> dict[str, object]:
    """Return an annotation as Hypothesis exports it, changed."""
    said = {
        "id": "0BEDxH1AEe6",
        "created": "2023-07-06T09:15:02.123456+00:00",
        "updated": "2023-07-07T10:00:00.000000+00:00",
        "user": "acct:felicity@hypothes.is",
        "user_info": {"display_name": None},
        "uri": PAGE,
        "text": "Only *timed* up to 1B tokens.",
        "tags": ["attention"],
        "group": "__world__",
        "permissions": {
            "read": ["group:__world__"],
            "update": ["acct:felicity@hypothes.is"],
            "delete": ["acct:felicity@hypothes.is"],
        },
        "target": [
            {
                "source": PAGE,
                "selector": [
                    {
                        "type": "RangeSelector",
                        "startContainer": "/div[1]/p[1]",
                        "startOffset": 3,
                        "endContainer": "/div[1]/p[1]",
                        "endOffset": 20,
                    },
                    {"type": "TextPositionSelector", "start": 103, "end": 120},
                    {
                        "type": "TextQuoteSelector",
                        "exact": "dilated attention",
                        "prefix": "we propose ",
                        "suffix": ", which",
                    },
                ],
            }
        ],
        "document": {"title": ["LongNet"]},
        "links": {"html": "https://hypothes.is/a/0BEDxH1AEe6"},
        "flagged": False,
        "hidden": False,
    }
    return {
        name: value for name, value in (said | changes).items() if value is not None
    }


def exported(*rows: dict[str, object]) -> bytes:
    """Return a file as the client saves it."""
    said = {
        "export_date": "2024-01-01T00:00:00.000Z",
        "export_userid": "acct:felicity@hypothes.is",
        "client_version": "1.1400.0",
        "annotations": list(rows),
    }
    return json.dumps(said).encode()


def test_an_export_is_read():
    assert read(exported(row())).items == (
        Annotation(
            id="https://hypothes.is/a/0BEDxH1AEe6",
            target=Target(PAGE, Quote("dilated attention", "we propose ", ", which")),
            text="Only *timed* up to 1B tokens.",
            tags=("attention",),
            creator=Person("felicity", "acct:felicity@hypothes.is"),
            created=datetime(2023, 7, 6, 9, 15, 2, 123456, tzinfo=UTC),
            modified=datetime(2023, 7, 7, 10, tzinfo=UTC),
        ),
    )


def test_so_is_an_answer_of_its_search():
    reply = row(id="r2", references=["0BEDxH1AEe6", "r1"], target=[{"source": PAGE}])
    said = {"total": 1, "rows": [row()], "replies": [reply]}

    note, answer = read(json.dumps(said).encode()).items

    assert answer.reply_to == "https://hypothes.is/a/r1"
    assert answer.target is None
    assert note.reply_to == ""


def test_a_note_on_a_page_and_a_highlight_are_read():
    page, mark = read(
        exported(row(id="a", target=[{"source": PAGE}]), row(id="b", text="", tags=[]))
    ).items

    assert page.target == Target(PAGE)
    assert (mark.text, mark.target.quote.exact) == ("", "dilated attention")
    assert (page.motivation, mark.motivation) == ("commenting", "highlighting")


def test_the_name_that_is_shown_is_kept():
    [note] = read(exported(row(user_info={"display_name": "Felicity N."}))).items

    assert note.creator == Person("Felicity N.", "acct:felicity@hypothes.is")


@pytest.mark.parametrize(
    ("change", "private"),
    [
        ({}, False),
        ({"permissions": {"read": ["acct:felicity@hypothes.is"]}}, True),
        ({"permissions": {"read": ["group:abc"]}}, False),
        ({"permissions": None}, False),
        ({"hidden": True}, True),
    ],
)
def test_what_was_not_shared_or_was_hidden_is_private(change, private):
    [note] = read(exported(row(**change))).items

    assert note.private is private


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"uri": None}, "$.annotations[0]: “uri” is missing."),
        ({"uri": 3}, "$.annotations[0].uri: A text is expected here."),
        ({"id": None}, "$.annotations[0]: “id” is missing."),
        ({"tags": [1]}, "$.annotations[0].tags[0]: A text is expected here."),
        ({"text": {}}, "$.annotations[0].text: A text is expected here."),
        (
            {"created": "now"},
            "$.annotations[0].created: A time like “2024-05-31T08:00:00Z” is expected.",
        ),
        (
            {"hidden": "no"},
            "$.annotations[0].hidden: Either true or false is expected here.",
        ),
        (
            {"target": [{"selector": [{"type": "TextQuoteSelector"}]}]},
            "$.annotations[0].target[0].selector[0]: “exact” is missing.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change, problem):
    with pytest.raises(NotAnnotations) as refused:
        read(exported(row(**change)))

    assert problem in map(str, refused.value.problems)


def test_a_list_that_is_none_is_refused():
    with pytest.raises(NotAnnotations, match="A list is expected here"):
        read(b'{"annotations": 3}')
