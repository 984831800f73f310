"""What is written in a format is read back, field for field."""

import pytest

from kb.citations import bibtex, csl, ris
from tests.citations.given import ODD, PAPERS, papers

FORMATS = [bibtex, ris, csl]


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.__name__)
def test_odd_references_are_read_back(form):
    read = form.read(form.write(ODD))

    assert read.problems == []
    assert read.references == list(ODD)


@pytest.mark.skipif(not PAPERS.exists(), reason="no corpus beside the repository")
@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.__name__)
def test_a_thousand_real_papers_are_read_back(form):
    given = papers(1000)

    read = form.read(form.write(given))

    assert read.problems == []
    assert read.references == given
    assert len(given) == 1000
