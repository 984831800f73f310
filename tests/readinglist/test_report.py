import json
import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from kb.readinglist.parser import parse
from kb.readinglist.report import as_json
from kb.readinglist.source import decode

SHARED = Path(__file__).parents[3] / "shared"
SEED = Path(os.environ.get("ZHAJI_CORPUS", SHARED / "data")).parent / "seed"
LISTS = Path(os.environ.get("ZHAJI_CORPUS", SHARED / "data")) / "lists"
LIST = """\
# paper

## Model
- moe
  - [Experts](https://arxiv.org/abs/2301.00001v2), 很好。见[Hub](https://github.com/a/b)

<p>https://lost.example/</p>
"""
EXPECTED = {
    "source": "list.md",
    "sha256": "",
    "chars": 0,
    "kinds": [{"name": "paper", "line": 1}],
    "counts": {
        "headings": 2,
        "kinds": 1,
        "topics": 2,
        "topics_from_headings": 1,
        "topics_from_bullets": 1,
        "empty_topics": 0,
        "entries": 1,
        "papers": 1,
        "blogs": 0,
        "arxiv_ids": 1,
        "without_summary": 0,
        "extra_links": 1,
        "uncategorised_papers": 0,
    },
    "topics": [
        {
            "path": ["Model"],
            "kind": "paper",
            "name": "Model",
            "parent": [],
            "depth": 1,
            "source": "heading",
            "line": 3,
            "heading_level": 2,
            "entries_direct": 0,
            "entries_total": 1,
        },
        {
            "path": ["Model", "moe"],
            "kind": "paper",
            "name": "moe",
            "parent": ["Model"],
            "depth": 2,
            "source": "bullet",
            "line": 4,
            "heading_level": None,
            "entries_direct": 1,
            "entries_total": 1,
        },
    ],
    "entries": [
        {
            "position": 1,
            "kind": "paper",
            "section_path": ["paper", "Model"],
            "topic_path": ["Model", "moe"],
            "title": "Experts",
            "title_language": "en",
            "url": "https://arxiv.org/abs/2301.00001v2",
            "canonical_url": "https://arxiv.org/abs/2301.00001",
            "arxiv_id": "2301.00001",
            "arxiv_version": 2,
            "summary": "很好。见[Hub](https://github.com/a/b)",
            "summary_language": "zh",
            "language": "zh",
            "extra_links": [
                {"url": "https://github.com/a/b", "label": "Hub", "kind": "github"}
            ],
            "syntax": "link",
            "source_lines": [5, 5],
            "title_source": "link",
            "authors": [],
            "venue": "",
            "year": None,
            "resources": [
                {"url": "https://github.com/a/b", "label": "Hub", "kind": "code"}
            ],
        }
    ],
    "warnings": [],
    "unparsed": [],
}


def report(data: bytes):
    return as_json(parse(decode(data, "list.md")), name="list.md", data=data)


def test_a_list_as_json_has_its_fields_in_order():
    text = LIST.replace("https://lost.example/", "nothing lost at all..")

    got = report(text.encode())

    digest = sha256(text.encode()).hexdigest()
    expected = EXPECTED | {"sha256": digest, "chars": len(text)}
    assert json.dumps(got) == json.dumps(expected)


def test_what_is_left_over_comes_last():
    got = report(LIST.encode())

    assert list(got)[-1] == "unparsed"
    (lost,) = got["unparsed"]
    assert (lost["line"], lost["reason"]) == (7, "in HTML")
    assert lost["urls"] == ["https://lost.example/"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_mark_change_only_the_hash(end, mark):
    data = mark + LIST.replace("\n", end).encode()

    assert report(data) | {"sha256": ""} == report(LIST.encode()) | {"sha256": ""}


@pytest.mark.skipif(not SEED.exists(), reason="no corpus beside the repository")
def test_the_first_list_reads_as_it_was_read_by_hand():
    (path,) = SEED.glob("*.txt")
    data = path.read_bytes()
    expected = (SEED / "expected.json").read_text(encoding="utf-8")

    got = as_json(parse(decode(data, path.name)), name=path.name, data=data)

    assert pared(got) == json.loads(expected)


def pared(report):
    """Return a report with the fields of entries that the first list tells."""
    added = {"title_source", "authors", "venue", "year", "resources"}
    entries = [
        {name: value for name, value in entry.items() if name not in added}
        for entry in report["entries"]
    ]
    assert report["unparsed"] == []
    told = {name: value for name, value in report.items() if name != "unparsed"}
    return told | {"entries": entries}


@pytest.mark.skipif(not LISTS.exists(), reason="no corpus beside the repository")
@pytest.mark.parametrize(
    "path", sorted(LISTS.glob("*__*.md")), ids=lambda path: path.name
)
def test_real_lists_lose_no_paper(path):
    text = path.read_text(encoding="utf-8")

    kept = repr(parse(text))

    written = re.findall(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})(?!\d)", text)
    assert {one for one in written if one not in kept} == set()
