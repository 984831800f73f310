import pytest
from tantivy import Document, Index, Query

from kb.search import schema

SCHEMA = schema.build()


@pytest.fixture
def matches():
    """Return what says whether a document with these fields answers a query."""

    def ask(query, **fields):
        index = schema.prepare(Index(SCHEMA))
        writer = index.writer(15_000_000, 1)
        writer.add_document(Document.from_dict(fields, SCHEMA))
        writer.commit()
        index.reload()
        return bool(index.searcher().search(query, 1).hits)

    return ask


@pytest.mark.parametrize("term", ["3.5", "flan-moe", "指令", "c++", "7:moe", "Moe"])
def test_terms_are_taken_as_they_are(matches, term):
    query = Query.term_query(SCHEMA, "text", term)

    assert matches(query, text=f"a {term} b")


@pytest.mark.parametrize(
    ("values", "found"), [(["dilat attent"], True), (["dilat", "attent"], False)]
)
def test_a_phrase_ends_with_its_text(matches, values, found):
    query = Query.phrase_query(SCHEMA, "text", ["dilat", "attent"])

    assert matches(query, text=values) is found


@pytest.mark.parametrize("field", [*schema.VALUES, *schema.COUNTED])
def test_values_are_compared_whole(matches, field):
    assert matches(
        Query.term_query(SCHEMA, field, "Kaiming He"), **{field: "Kaiming He"}
    )
    assert not matches(Query.term_query(SCHEMA, field, "He"), **{field: "Kaiming He"})
