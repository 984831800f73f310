import json
from copy import copy, deepcopy

import pytest

from kb.text.sentences import Sentence

EMPTY = "%(name)s is empty."


def test_a_sentence_is_the_english_text_and_remembers_how_it_was_made():
    said = Sentence(EMPTY, name="列表.md")

    assert said == "列表.md is empty."
    assert (said.template, said.values) == (EMPTY, {"name": "列表.md"})
    assert json.dumps([said]) == json.dumps(["列表.md is empty."])


def test_without_values_a_per_cent_sign_is_itself():
    assert Sentence("100 % read") == "100 % read"


@pytest.mark.parametrize("again", [copy, deepcopy])
@pytest.mark.parametrize("values", [{}, {"name": "a %(b)s"}])
def test_a_copied_sentence_remembers_too(again, values):
    said = Sentence(EMPTY, **values)

    copied = again(said)

    assert (copied, copied.template, copied.values) == (said, EMPTY, values)
