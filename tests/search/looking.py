"""How tests look into the index itself."""

from contextlib import suppress

from tantivy import Query

from kb.search import documents, index, schema
from kb.search.index import NotBuilt


def holding(term, field="text"):
    """Return the keys of the documents with a term in a field."""
    searcher = index.reader()
    asked = Query.term_query(schema.build(), field, term)
    hits = [address for _score, address in searcher.search(asked, 10_000).hits]
    return sorted(searcher.fast_field_values("id", hits))


def document(entry):
    """Return what an entry is to the index."""
    return documents.project([entry.pk]).get(entry.pk)


def generation():
    """Return the name of the generation that answers, None while none does."""
    with suppress(NotBuilt):
        return index.current().name
    return None
