import pytest

from kb.models import Entry
from kb.search.close import close, nearest
from tests.search.asking import asker, entry, ids, people
from tests.search.asking import read as query

pytestmark = pytest.mark.django_db


def suggested(text, user=None):
    return close(query(text), asker(user)).suggestion


def near(text, user=None):
    return close(query(text), asker(user)).found


@pytest.fixture
def library(library_index):
    """Two entries with words that are easily mistyped."""
    made = {
        "sparse": entry("Sparse attention is quantised", 1, authors=people("Vaswani")),
        "chinese": entry("大规模预训练语言模型", 2, tags=["efficiency"]),
    }
    library_index()
    return made


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("attenton", "attention"),
        ("atention sparce", "attention sparse"),
        ("ATTENTOIN", "attention"),
        ("vaswanni", "vaswani"),
        ("eficiency", "efficiency"),
        ('"sparse attenton"', '"sparse attention"'),
        ("kind:paper attenton -dense", "kind:paper attention -dense"),
        ("attenton OR sprase", "attention OR sparse"),
        ("attenton sort:newest", "attention sort:newest"),
        ("attenton 语言模型 OR sparse", "attention 语言模型 OR sparse"),
    ],
)
def test_mistyped_words_are_corrected_in_the_whole_query(typed, meant, library):
    assert suggested(typed) == meant
    assert ids(meant)


def test_what_is_no_slip_is_left_alone(library):
    for text in (
        *("xylophone", "attention", "spa", "语言", "", "topic:attenton", "-attenton"),
        *("attentions", "kind:blog attenton", "attenton xylophone", "123456"),
    ):
        assert suggested(text) is None, text


def test_a_rare_word_may_be_a_slip_that_a_text_holds_too():
    counts = {"attention": 100, "attenton": 2, "attentive": 1}

    assert nearest("attenton", counts) == "attenton"
    assert nearest("attenton", counts, rare=True) == "attention"
    assert nearest("attenton", counts | {"attenton": 3}, rare=True) == "attenton"


def test_the_nearest_comes_before_the_most_frequent():
    counts = {"routing": 10, "rooting": 5000, "router": 900}

    assert nearest("routng", counts) == "routing"
    assert nearest("rutng", {"routing": 100}) == "rutng"
    assert nearest("ruoting", {"routing": 1}) == "routing"


def test_a_word_that_differs_in_its_ending_is_no_slip():
    assert nearest("attentions", {"attention": 9}) == "attentions"
    assert nearest("larg", {"large": 9, "lag": 3}) == "larg"


def test_words_nearly_alike_are_found(library):
    for text in ("attenton", "sparce attentoin", "quantized", "vaswanni"):
        assert near(text).ids == [library["sparse"]], text
    assert near("xylophone").ids == near("spax").ids == near("moe").ids == []


def test_chinese_is_found_by_half_of_its_pairs(library):
    for text in ("大规模的预训练", "预训炼语言", "语言大模型"):
        assert ids(text) == []
        assert near(text).ids == [library["chinese"]], text
    assert near("完全没有的东西").ids == []


def test_filters_hold_in_what_is_nearly_alike(library):
    assert near("attenton kind:blog").ids == []
    assert near("attenton -sparse").ids == []
    assert near("attenton author:vaswani").ids == [library["sparse"]]


def test_where_no_entry_has_all_words_some_are_enough(library):
    found = near("sparse 语言模型 xylophone")

    assert set(found.ids) == set(library.values())
    assert found.notices == (
        "No entry has all of these words: these have some of them.",
    )
    assert near("sparse 语言模型 kind:blog").ids == []
    assert near("xylophone").notices == ()


def test_alternatives_are_words_of_which_some_are_enough(library):
    found = near("sparse OR dense 语言模型 OR xylophone")

    assert set(found.ids) == set(library.values())
    assert near("sparse OR kind:blog 语言模型").ids == []


@pytest.mark.parametrize("status", ["inbox", "archived"])
def test_no_word_is_suggested_that_nothing_listed_has(status, library, library_index):
    hidden = entry("Merger acquisition", 3)
    library_index()
    assert suggested("acquisitoin") == "acquisition"

    Entry.objects.filter(pk=hidden).update(status=status)
    library_index()

    assert suggested("acquisitoin") is None
    assert suggested("attenton OR acquisitoin") == "attention OR acquisitoin"


def test_the_first_few_words_are_corrected(library):
    slips = [f"attention{letter}" for letter in "bcdfghjk"]

    assert suggested(" OR ".join(slips)) == " OR ".join(["attention"] * 6 + slips[6:])


def test_what_is_nearly_alike_is_paged_and_counted(library):
    found = close(query("attenton"), asker(), size=0, facets=["kind"]).found

    assert (found.ids, found.total) == ([], 1)
    assert [line.count for line in found.facets["kind"]] == [1]
