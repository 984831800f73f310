import json
import os
from pathlib import Path

import pytest

from kb.text import arxiv_ids
from kb.text.arxiv_ids import ArxivRef, find_all, parse

DATA = Path(os.environ.get("ZHAJI_CORPUS", Path(__file__).parents[3] / "shared/data"))
VECTORS = DATA / "arxiv/arxiv_url_vectors.json"


@pytest.mark.parametrize(
    "written",
    [
        "2305.14705",
        "2305.14705.pdf",
        "arXiv:2305.14705",
        "arXiv：2305.14705",
        "arxiv: 2305.14705 [cs.CL]",
        "oai:arXiv.org:2305.14705",
        "10.48550/arXiv.2305.14705",
        "doi:10.48550/ARXIV.2305.14705",
        "https://doi.org/10.48550/arXiv.2305.14705",
        "https://doi.org/10.48550%2FarXiv.2305.14705",
        "arxiv.org/abs/2305.14705",
        "http://arxiv.org:80/abs/2305.14705",
        "HTTPS://ArXiv.org/ABS/2305.14705",
        "https://arxiv.org/abs//2305.14705",
        "https://arxiv.org/pdf/2305.14705.pdf，",
        "https://arxiv.org/abs/2305.14705）构建",
        "https://arxiv.org/abs/2305.14705构建",
        "https://arxiv.org/html/2305.14705#S3",
        "https://arxiv.org/abs/2305.14705?context=cs.CL",
        "https://arxiv.org/ftp/arxiv/papers/2305/2305.14705.pdf",
        "https://arxiv.org/abs/http://arxiv.org/abs/2305.14705",
        "https://www.alphaxiv.org/overview/2305.14705",
        "https://huggingface.co/papers/2305.14705",
        "https://hf.co/papers/2305.14705",
        "https://papers.cool/arxiv/2305.14705",
        "https://hjfy.top/arxiv/2305.14705",
        "https://ar5iv.labs.arxiv.org/html/2305.14705",
        "https://export.arxiv.org/abs/2305.14705",
        "https://mirror.example/read/2305.14705.pdf?page=2",
        "https://web.archive.org/web/20230601/https://arxiv.org/abs/2305.14705",
    ],
)
def test_every_way_of_writing_a_paper_is_known(written):
    assert parse(written) == ArxivRef("2305.14705")


@pytest.mark.parametrize(
    ("written", "identifier"),
    [
        ("hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/hepth/9901001", "hep-th/9901001"),
        ("arXiv:HEP--TH/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
        ("cond-mat.stat-mech/0703001", "cond-mat/0703001"),
        ("math-ph/0703001", "math-ph/0703001"),
        ("https://arxiv.org/ftp/cs/papers/0112/0112017.pdf", "cs/0112017"),
        ("0704.0001", "0704.0001"),
        ("1412.6632", "1412.6632"),
    ],
)
def test_old_identifiers_come_in_the_canonical_form(written, identifier):
    assert parse(written) == ArxivRef(identifier)


@pytest.mark.parametrize(
    "written",
    [
        "https://example.com/post/2305.14705-and-more",
        "https://example.com/2013.14705",
        "https://arxiv.org.evil.example/abs/2305.14705",
        "https://notarxiv.org/abs/2305.14705",
        "https://arxiv.org@evil.example/2305.14705",
        "https://arxiv.org/abs/1412.66321",
        "https://arxiv.org/abs/1501.0001",
        "https://arxiv.org/abs/2313.00001",
        "https://arxiv.org/abs/2300.00001",
        "https://arxiv.org/abs/0703.0001",
        "arXiv:2305.00000",
        "hep-th/9901000",
        "hep-th/9013001",
        "hep-th/0704001",
        "biology/9901001",
        "2305.14705v0",
        "https://arxiv.org/list/cs.CL/recent",
        "arXiv:2305.14705 and more words",
        "arxiv.org",
        "",
    ],
)
def test_what_is_no_paper_is_refused(written):
    assert parse(written) is None


@pytest.mark.parametrize(
    ("written", "version"),
    [("arXiv:2305.14705v2", 2), ("https://arxiv.org/pdf/2305.14705v12.pdf", 12)],
)
def test_the_version_asked_for_is_kept_apart(written, version):
    assert parse(written) == ArxivRef("2305.14705", version)


def test_addresses_to_give_out_have_no_version():
    ref = ArxivRef("math/0309136", 3)

    assert ref.abs_url == "https://arxiv.org/abs/math/0309136"
    assert ref.pdf_url == "https://arxiv.org/pdf/math/0309136"


def test_papers_are_found_in_running_text_in_order():
    text = (
        "见 [LongNet](https://arxiv.org/abs//2307.02486)，arXiv:2305.14705v1；"
        "not 2301.00001 alone, nor https://example.com/2301.00002, but "
        "https~://arxiv.org/abs/2306.09896,https://arxiv.org/abs/2307.02053."
    )

    assert find_all(text) == [
        ArxivRef("2307.02486"),
        ArxivRef("2305.14705", 1),
        ArxivRef("2306.09896"),
        ArxivRef("2307.02053"),
    ]


def test_a_mention_tells_where_it_stands():
    (mention,) = arxiv_ids.mentions("见arXiv:2305.14705v1。")

    assert (mention.start, mention.end) == (1, 19)


@pytest.mark.parametrize(
    "piece", ["arxiv.org/", "arxiv:   ", "a.", "cs/", "arxiv.org/abs/1"]
)
def test_long_text_without_papers_is_read_through(piece):
    assert find_all(piece * 20_000) == []


@pytest.mark.skipif(not VECTORS.exists(), reason="no corpus beside the repository")
def test_the_recorded_forms_are_read():
    for vector in json.loads(VECTORS.read_text(encoding="utf-8")):
        ref = parse(vector["input"])
        found = (ref.id, ref.version) if ref else (None, None)
        assert found == (vector["id"], vector["version"]), vector
