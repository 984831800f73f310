"""Files that are damaged: what is wrong is told by its line, what is good is read."""

import json

import pytest

from kb.citations import bibtex, csl, ris

GOOD = "@misc{good, title={Good}, url={https://good.example/}}\n"
FINE = "TY  - JOUR\nTI  - Good\nER  - \n"
ITEM = json.dumps({"id": "good", "title": "Good"})

BIBTEX = [
    ("@article{a, title={open, year=2020}\n" + GOOD, 1),
    (GOOD + '@article{a, title="open}\n', 2),
    ("@article{a,\n  title={x}\n  year={2020}\n}\n" + GOOD, 1),
    ("@article{a}\n" + GOOD, 1),
    ("@article{a, year={2020}}\n" + GOOD, 1),
    (GOOD + "\n\n@article{b, note={no title}}\n", 4),
    ("@article{a, title={T{}\n" + GOOD, 1),
    (GOOD + "@article{", 2),
    (GOOD + "@article{x, title = }", 2),
    (GOOD + "@article{x, title = {a} {b}}", 2),
]
RIS = [
    ("TI  - lost\n" + FINE, 1),
    (FINE + "stray words\n", 4),
    ("TY  - JOUR\nTI  - Open\n" + FINE, 1),
    (FINE + "TY  - JOUR\nTI  - Open\n", 4),
    ("TY  - JOUR\nAU  - Nobody\nER  - \n" + FINE, 1),
    (FINE + "TY  - JOUR\nER  - \n", 4),
    ("ER  - \n" + FINE, 1),
    ("<html>\n" + FINE, 1),
    (FINE + "\x00\x01\n", 4),
    (FINE + "TY  - \nPY  - 2020\nER  - \n", 4),
]
CSL = [
    (f"[{ITEM},\n{{'title': 'a'}}]", 2),
    (f"[{ITEM},\n", 2),
    (f"[{ITEM},\n3]", 2),
    (f"[{ITEM},\n\n{{}}]", 3),
    (f'[{ITEM},\n{{"title": ""}}]', 2),
    (f'[{ITEM},\n"text"]', 2),
    (f"[{ITEM},\nnull]", 2),
    (f'[{ITEM},\n{{"title": "a", }}]', 2),
    (f'[{ITEM},\n{{"title": "a\nb"}}]', 2),
    (f"[{ITEM},\n{'[' * 100_000}]", 2),
]


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (form, *case)
        for form, cases in ((bibtex, BIBTEX), (ris, RIS), (csl, CSL))
        for case in cases
    ],
)
def test_what_is_wrong_is_told_and_what_is_good_is_read(form, text, line):
    read = form.read(text)

    assert [one.title for one in read.references if one.title == "Good"] == ["Good"]
    assert [problem.line for problem in read.problems] == [line]


@pytest.mark.parametrize("form", [bibtex, ris, csl], ids=lambda form: form.__name__)
@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "@", "{", "[", "TY  - ", "﻿", "论文"]
)
def test_any_text_is_read_as_far_as_it_goes(form, text):
    assert form.read(text).references == []


@pytest.mark.parametrize("before", ["", "\n ", "\ufeff"])
def test_one_item_without_a_list_is_read(before):
    read = csl.read(f"{before}{ITEM}\n")

    assert [one.title for one in read.references] == ["Good"]
    assert read.problems == []


def test_a_key_that_stands_twice_is_two_entries():
    read = bibtex.read("@misc{a, title={One}}\n@misc{a, title={Two}}\n")

    assert [one.title for one in read.references] == ["One", "Two"]
