import pytest

from kb.models import Entry
from kb.ops import topics
from kb.search.complete import complete
from tests.factories import topic_at
from tests.search.asking import entry, found, fullwidth, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(library_index):
    """An entry of each of some names, and names that no entry has."""
    train, unused = topic_at(["Engineer", "train"]), topic_at(["Transport"])
    topics.describe(train, names={"zh": "训练", "en": "Training"}, intro="", by=None)
    own = entry(
        "title",
        1,
        topics=[train],
        tags=["transformer", "长文本", "C++", "two words"],
        authors=people("Tran Li", "Ashish Vaswani", "Łukasz Kaiser", "李航"),
    )
    library_index()
    assert unused
    return own


def offered(text):
    """What is offered for a text, by kind and query."""
    return [(one.kind, one.query) for one in complete(text)]


def test_the_last_word_becomes_a_topic_a_tag_or_an_author(library):
    assert offered("moe tra") == [
        ("topic", "moe topic:engineer/train "),
        ("tag", "moe tag:transformer "),
        ("author", 'moe author:"Tran Li" '),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("训", "topic:engineer/train "),
        ("練", "topic:engineer/train "),
        ("Engi", "topic:engineer "),
        ("engineer/tr", "topic:engineer/train "),
        ("topic:tra", "topic:engineer/train "),
        ("主题：训", "topic:engineer/train "),
        ("-tag:tra", "-tag:transformer "),
        ("a OR -trans", "a OR -tag:transformer "),
        ("文本", "tag:长文本 "),
        ("c++", "tag:C++ "),
        ('tag:"two w', 'tag:"two words" '),
        ("VASW", 'author:"Ashish Vaswani" '),
        ("ashi", 'author:"Ashish Vaswani" '),
        (fullwidth("vasw"), 'author:"Ashish Vaswani" '),
        ("kais", 'author:"Łukasz Kaiser" '),
        ("author:李", 'author:"李航" '),
    ],
)
def test_names_are_completed_in_both_languages(text, expected, library):
    assert expected in [query for _, query in offered(text)]
    if not expected.startswith("-"):
        assert library in found(expected.removeprefix("a OR ").lstrip("-")).ids


def test_the_last_word_of_a_long_text_is_completed(library):
    before = "a" * 500 + '"b" '

    assert offered(before + "vasw") == [("author", before + 'author:"Ashish Vaswani" ')]
    assert offered("a" * 900 + '"b"') == []
    assert offered("a " * 500 + "vasw") == []


def test_what_no_listed_entry_has_is_not_offered(library, library_index):
    assert "transport" not in str(offered("transp"))

    Entry.objects.update(status="inbox")
    library_index()
    assert offered("tra") == offered("训") == offered("vasw") == []

    Entry.objects.update(status="archived")
    library_index()
    assert offered("tra") == offered("训") == offered("vasw") == []


def test_there_is_nothing_to_complete(library):
    for text in (
        "",
        " ",
        "t",
        "tra ",
        "moe ",
        "year:20",
        "kind:pa",
        "foo:tra",
        '"',
        "-",
        "ran",
    ):
        assert offered(text) == [], text
    assert offered("%") == offered("__") == offered("\\\\") == offered("a.*b") == []


def test_no_more_than_asked_for_and_of_each_kind_some(library_index):
    for number in range(1, 13):
        names = people(f"Trainer {number}")
        topic = topic_at(["a", f"train {number}"])
        entry("x", number, tags=[f"train{number}"], topics=[topic], authors=names)
    library_index()

    kinds = [kind for kind, _ in offered("trai")]

    assert kinds == ["topic"] * 4 + ["tag"] * 4
    assert len(complete("trai", size=10)) == 10
    assert [one.kind for one in complete("tag:trai")] == ["tag"] * 8


def test_the_more_frequent_is_offered_first(library_index):
    for number in range(1, 6):
        entry("x", number, tags=["train-a"] if number == 1 else ["train-b"])
    library_index()

    assert [one.label for one in complete("trai")] == ["train-b", "train-a"]


def test_two_queries_of_the_database(library, django_assert_num_queries):
    with django_assert_num_queries(2):
        complete("tra")
