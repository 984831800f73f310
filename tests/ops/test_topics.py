import pytest
from django.db import IntegrityError, transaction

from kb.models import Topic
from kb.ops import topics
from kb.ops.errors import CannotMove, TopicExists, TopicInUse
from tests.factories import paper, topic_at

pytestmark = pytest.mark.django_db


def tree(nodes=None):
    """The tree as nested tuples of names and counts."""
    nodes = Topic.objects.tree() if nodes is None else nodes
    return [(node.name, node.count, tree(node.subtopics)) for node in nodes]


def test_a_topic_stands_last_below_its_parent():
    model = topics.create("Model", parent=None, by=None)
    topics.create("long context", parent=model, by=None)
    moe = topics.create("moe", parent=model, by=None)

    assert moe.address == "model/moe"
    assert tree() == [("Model", 0, [("long context", 0, []), ("moe", 0, [])])]


def test_a_name_may_hold_a_slash_and_stand_under_two_parents():
    topic_at(["Data/pretrain"])
    topic_at(["Engineer", "train"])
    topic_at(["Data/pretrain", "train"])

    addresses = list(Topic.objects.values_list("address", flat=True))
    assert addresses == [
        "data-pretrain",
        "data-pretrain/train",
        "engineer",
        "engineer/train",
    ]


def test_two_names_with_one_slug_have_two_addresses():
    topics.create("long context", parent=None, by=None)
    twin = topics.create("Long/Context", parent=None, by=None)

    assert twin.address == "long-context-2"


def test_a_parent_has_no_two_topics_of_one_name():
    top = topics.create("Model", parent=None, by=None)
    topics.create("moe", parent=top, by=None)

    with pytest.raises(TopicExists, match="moe"):
        topics.create("moe", parent=top, by=None)


def test_the_database_refuses_a_topic_path_twice():
    topics.create("Model", parent=None, by=None)

    with pytest.raises(IntegrityError, match="name_once"), transaction.atomic():
        Topic.objects.add_root(instance=Topic(name="Model", address="elsewhere"))


def test_counts_are_of_distinct_entries_over_the_subtree():
    model = topic_at(["Model"])
    moe = topic_at(["Model", "moe"])
    paper("2305.14705", topics=[model, moe])
    paper("2307.02486", topics=[moe])

    assert tree() == [("Model", 2, [("moe", 2, [])])]


def test_moving_takes_the_subtree_and_its_addresses_along():
    topic_at(["Engineer", "新硬件", "墨芯"])
    model = topic_at(["Model"])
    hardware = Topic.objects.get(name="新硬件")

    topics.move(hardware, model, "first-child", by=None)

    assert tree() == [
        ("Engineer", 0, []),
        ("Model", 0, [("新硬件", 0, [("墨芯", 0, [])])]),
    ]
    assert Topic.objects.get(name="墨芯").address == "model/新硬件/墨芯"


def test_a_topic_cannot_move_below_itself():
    topic_at(["Engineer", "train"])
    engineer, train = Topic.objects.all()

    with pytest.raises(CannotMove):
        topics.move(engineer, train, "last-child", by=None)


def test_renaming_changes_the_addresses_below():
    train = topic_at(["Engineer", "train"])

    topics.rename(Topic.objects.get(name="Engineer"), "Systems", by=None)

    train.refresh_from_db()
    assert train.address == "systems/train"


def test_a_topic_that_holds_something_is_not_deleted():
    topic = topic_at(["Agent"])
    paper(topics=[topic])

    with pytest.raises(TopicInUse, match="Agent"):
        topics.delete(topic, by=None)
    assert Topic.objects.filter(pk=topic.pk).exists()


def test_a_tree_cannot_be_deeper_than_its_limit():
    topic_at([f"level {n}" for n in range(topics.DEEPEST)])

    with pytest.raises(CannotMove):
        topics.create("too deep", parent=Topic.objects.last(), by=None)
