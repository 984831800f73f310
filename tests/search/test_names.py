import pytest
from taggit.models import Tag

from kb.models import Entry
from kb.ops import entries, topics
from kb.search.names import filters_in, look_up, settled, unknown
from kb.search.query import AnyOf, Filter, Not, Words
from tests.factories import paper, person, topic_at
from tests.search.asking import fullwidth, read

pytestmark = pytest.mark.django_db


def rows(query, user=None):
    """The rows that the one filter of a query names."""
    filters = [one for part in read(query).parts for one in filters_in(part.node)]
    names = look_up(filters, user and user.pk)
    return set(names.get(filters[0], ()))


@pytest.fixture
def tree():
    """Some topics by their address, one of them with its names."""
    made = {}
    for path in ("Engineer/train", "Long Context", "Model/train", "Model/長文本"):
        topic = topic_at(path.split("/"))
        made[topic.address] = topic
        if parent := topics.parent_of(topic):
            made[parent.address] = parent
    names = {"zh": "工程", "en": "Engineering"}
    topics.describe(made["engineer"], names=names, intro="", by=None)
    return {address: topic.pk for address, topic in made.items()}


def test_a_topic_is_named_by_its_address_or_any_of_its_names(tree):
    for query in (
        *("topic:engineer", "topic:Engineer", "topic:工程", "topic:Engineering"),
        *("主题:工程", f"topic:{fullwidth('Engineer')}", 'topic:"engineer"'),
    ):
        assert rows(query) == {tree["engineer"]}, query
    assert rows("topic:engineer/train") == {tree["engineer/train"]}
    assert rows("topic:long-context") == {tree["long-context"]}
    assert rows('topic:"long context"') == {tree["long-context"]}
    assert rows("topic:长文本") == {tree["model/長文本"]}


def test_a_name_of_several_topics_means_them_all(tree):
    assert rows("topic:train") == {tree["engineer/train"], tree["model/train"]}


def test_a_whole_address_means_no_other_topic_that_ends_so(tree):
    top = topic_at(["train"])

    assert rows("topic:train") == {top.pk}


def test_a_part_of_a_name_names_nothing(tree):
    for query in ("topic:engin", "topic:rain", "topic:engineer/"):
        assert rows(query) == set(), query


def test_a_tag_is_named_whatever_its_case_width_and_script():
    paper(tags=["Long Text", "長文本", "C", "C++"])
    key = dict(Tag.objects.values_list("name", "pk"))

    for query in ('tag:"long text"', "tag:long-text", "tag:LONG-TEXT"):
        assert rows(query) == {key["Long Text"]}, query
    assert rows("tag:长文本") == rows("标签:長文本") == {key["長文本"]}
    assert rows("tag:c++") == rows(f"tag:{fullwidth('c++')}") == {key["C++"]}
    assert rows("tag:c") == {key["C"]}
    assert rows("tag:c#") == rows("tag:lon") == set()


def test_a_member_is_named_by_their_user_name_or_as_me():
    li, wang = person("li"), person("wang")

    assert rows("by:LI", wang) == rows("by:me", li) == rows("by:我", li) == {li.pk}
    assert rows("by:me") == rows("by:l", li) == set()


def test_all_of_a_kind_are_looked_up_at_once(django_assert_num_queries):
    li = person()
    paper(topics=[topic_at(["a"]), topic_at(["b"])], tags=["x", "y"])
    query = read("topic:a -topic:b OR tag:x tag:y by:me by:li -by:li")
    filters = [one for part in query.parts for one in filters_in(part.node)]

    with django_assert_num_queries(3):
        names = look_up(filters, li.pk)
    with django_assert_num_queries(0):
        look_up([Filter("kind", "paper"), Filter("author", "li")], li.pk)

    assert set(names) == set(filters)
    assert unknown(filters, names) == []


def test_what_names_no_row_is_said_once():
    filters = [Filter("topic", "x"), Filter("topic", "x"), Filter("kind", "paper")]

    assert unknown(filters, {}) == ["No topic is called “x”: searched as words."]


def test_an_archived_entry_leaves_its_tag_a_name():
    entry = paper(tags=["x"])
    entries.tag(entry, ["y"])
    Entry.objects.update(status="archived")

    li = person()
    assert rows("tag:x", li)
    assert rows("tag:y", li)


def test_a_tag_of_what_waits_for_review_is_no_name_to_readers():
    paper(tags=["x"])
    Entry.objects.update(status="inbox")

    assert not rows("tag:x")
    assert rows("tag:x", person())


def test_a_topic_is_named_letter_by_letter_before_it_is_folded():
    old, new = topic_at(["訓練"]), topic_at(["训练"])

    assert rows("topic:訓練") == {old.pk}
    assert rows("topic:训练") == {new.pk}
    assert rows(f"topic:{fullwidth('x')}训练") == set()


def test_a_filter_that_names_no_row_is_words_from_then_on():
    query = read("topic:nosuch -tag:y OR by:z kind:paper tag:+++")

    meant = [part.node for part in settled(query, {}, user_id=1).parts]
    to_readers = [part.node for part in settled(query, {}, user_id=None).parts]

    assert meant == [
        Words("nosuch"),
        AnyOf((Not(Words("y")), Words("z"))),
        Filter("kind", "paper"),
        Filter("tag", "+++"),
    ]
    assert to_readers[1] == AnyOf((Not(Words("y")), Filter("by", "z")))


def test_a_value_without_a_word_is_said():
    filters = [Filter("tag", "+++"), Filter("author", "+++")]

    assert unknown(filters, {}) == [
        "“tag:+++” has no word to search for.",
        "“author:+++” has no word to search for.",
    ]
    assert (
        unknown([Filter("author", "李"), Filter("author", "!", exact=True)], {}) == []
    )
