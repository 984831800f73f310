"""Whatever is typed is answered: no input is an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.models import Entry
from kb.search.close import close
from kb.search.complete import complete
from kb.search.find import FACETS, find
from kb.search.marks import excerpt, marked
from tests.factories import note, person, topic_at
from tests.search.asking import asker, entry, people, read

pytestmark = pytest.mark.django_db

TEXT = "Sparse GPT-3.5 attention：FLANv2 指令微調 of 10.1145/x, ﬁne 的 Łukasz "
PIECES = st.sampled_from(
    [
        *("sparse", "gpt3.5", "的", "指令", "微", "2307.02486", "10.1145/x", "-", "OR"),
        *("topic:", "tag:", "by:me", "is:unread", "has:note", "is:inbox", "year:", "("),
        *("added:", "2023..", "7d", '"', "“", ":", "|", ".*", "[", "\\", "\0", "cat:"),
        *(
            "author:",
            "sort:title",
            "https://",
            "example.org/",
            " ",
            " ",
            " ",
            "%",
            "'s",
        ),
    ]
)
QUERIES = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)


@pytest.fixture
def library(library_index):
    """Two entries, one with a note."""
    user = person()
    own = entry(TEXT, 1, topics=[topic_at(["a"])], tags=["x"], authors=people("Li 3"))
    entry("other", 2, abstract=TEXT * 20)
    note(Entry.objects.get(pk=own), TEXT, by=user)
    library_index()
    return user


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=QUERIES, typing=st.booleans(), first=st.sampled_from([0, 1, 10**9]))
def test_whatever_is_typed_is_answered(query, typing, first, library):
    asked = read(query)

    for user in (library, None):
        answer = find(
            asked, asker(user), typing=typing, first=first, size=1, facets=FACETS
        )
        assert answer.total in {0, 1, 2}
        assert len(answer.ids) == (first < answer.total)
        assert all(0 < line.count <= 2 for f in answer.facets.values() for line in f)
        near = close(asked, asker(user), size=1)
        assert near.suggestion is None or find(read(near.suggestion), asker(user)).total
    assert len(complete(query)) <= 8
    for text in (TEXT, TEXT * 20):
        assert (
            "".join(piece.text for piece in marked(text, asked, typing=typing)) == text
        )
        part = excerpt(text, asked, typing=typing)
        assert part is None or "".join(piece.text for piece in part.fragments) in text
