"""Whatever is done to the tree of topics, it stays a tree, and nothing is lost."""

import os

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kb.models import Entry, Filing, Topic
from kb.models.runs import Outcome
from kb.models.topics import STEP
from kb.ops import bin as bins
from kb.ops import topics, tree, undoing
from kb.ops.errors import CannotMove, OpError, TopicInUse
from kb.text.slugs import slug
from tests.factories import NOW, blog, person, topic_at

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("TREE_SEQUENCES", "25"))
NAMES = st.sampled_from(["train", "评测", "Agents", "a/b", "RAG", "Data"])
PLACES = st.sampled_from(["first-child", "last-child", "left", "right"])
PICK = st.integers(0, 10_000)


def drawn():
    """The tree as it is: each topic's path, names, address and entries."""
    filed: dict[int, list[tuple[int, int]]] = {}
    for topic, position, entry in Filing.objects.values_list(
        "topic", "position", "entry"
    ):
        filed.setdefault(topic, []).append((position, entry))
    return [
        (
            *(topic.pk, topic.path, topic.name, topic.address, topic.numchild),
            sorted(filed.get(topic.pk, [])),
        )
        for topic in Topic.objects.all()
    ]


class Tree(RuleBasedStateMachine):
    """Acts on a small library, in any order; each sequence in a library of its own."""

    def __init__(self):
        super().__init__()
        self.own = transaction.atomic()
        self.own.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.own.__exit__(None, None, None)

    @initialize()
    def start(self):
        self.by = person()
        self.addresses: dict[str, int] = {}
        self.runs = []
        self.before = {}
        for number in range(6):
            there = topic_at([["Engineer", "Model"][number % 2], f"t{number}"])
            blog(f"https://a.example/{number}", f"Post {number}", topics=[there])
        self.entries = set(Entry.objects.values_list("pk", flat=True))

    def pick(self, number):
        every = list(Topic.objects.all())
        return every[number % len(every)]

    def act(self, do):
        before = drawn()
        try:
            run = do()
        except OpError:
            assert drawn() == before  # refused: nothing was written
            return
        self.runs.append(run)
        self.before[run.pk] = before

    @rule(at=PICK, name=NAMES)
    def create(self, at, name):
        self.act(lambda: tree.create(name, self.pick(at), by=self.by, now=NOW))

    @rule(at=PICK, name=NAMES)
    def rename(self, at, name):
        topic = self.pick(at)
        seen = topics.Words.of(topic)
        wanted = topics.Words(name, "名", topic.name_en, topic.intro)
        self.act(lambda: tree.edit(topic, wanted, seen, by=self.by, now=NOW))

    @rule(at=PICK, to=PICK, place=PLACES)
    def move(self, at, to, place):
        topic, target = self.pick(at), self.pick(to)
        self.act(lambda: tree.move(topic, target, place, by=self.by, now=NOW))

    @rule(at=PICK, to=PICK)
    @precondition(lambda self: Topic.objects.count() > 3)
    def merge(self, at, to):
        topic, into = self.pick(at), self.pick(to)
        self.act(lambda: tree.merge(topic, into, by=self.by, now=NOW))

    @rule(at=PICK, name=NAMES)
    def split(self, at, name):
        topic = self.pick(at)
        some = list(topic.filings.values_list("entry", flat=True))[:1]
        self.act(lambda: tree.split(topic, name, some, by=self.by, now=NOW))

    @rule(at=PICK)
    @precondition(lambda self: Topic.objects.count() > 3)
    def delete(self, at):
        topic = self.pick(at)
        self.act(lambda: tree.delete(topic, by=self.by, now=NOW))

    @rule()
    @precondition(lambda self: self.runs)
    def undo_the_last(self):
        run = self.runs.pop()
        done = undoing.undo(run, by=self.by, clock=timezone.now)
        assert done.outcome == Outcome.DONE, done.problem
        assert drawn() == self.before[run.pk]

    @invariant()
    def it_is_a_tree(self):
        every = {topic.path: topic for topic in Topic.objects.all()}
        for path, topic in every.items():
            assert topic.depth == len(path) // STEP
            above = every.get(path[:-STEP])
            assert (above is None) == (topic.depth == 1)
            parent = above.address if above else ""
            own = topic.address.removeprefix(f"{parent}/" if parent else "")
            assert own.rpartition("-")[0] == slug(topic.name) or own == slug(topic.name)
            below = [one for one in every if one[:-STEP] == path]
            assert topic.numchild == len(below)
        assert len({topic.address for topic in every.values()}) == len(every)

    @invariant()
    def nothing_is_lost(self):
        filed = set(Filing.objects.values_list("entry", flat=True))
        assert filed == self.entries
        counts = Topic.objects.subtree_counts()
        for topic in Topic.objects.all():
            under = Entry.objects.listed().under(topic).count()
            assert counts.get(topic.path, 0) == under

    @invariant()
    def old_addresses_lead_somewhere(self):
        now = dict(Topic.objects.values_list("address", "pk"))
        for address in self.addresses.keys() - now.keys():
            kept = Topic.objects.filter(pk=self.addresses[address]).first()
            found = Topic.objects.had(address)
            assert kept is None or found is not None
        self.addresses |= now


def test_any_acts_on_a_tree_leave_a_tree():
    run_state_machine_as_test(
        Tree,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_merged_topics_address_leads_to_the_other():
    train, tune = topic_at(["Engineer", "train"]), topic_at(["Tuning"])
    old = train.address
    there = blog(topics=[train])

    tree.merge(train, tune, by=person(), now=NOW)

    assert Topic.objects.had(old) == tune
    assert list(tune.entries.all()) == [there]


def test_topics_of_one_name_below_are_put_together():
    one, other = topic_at(["A", "train"]), topic_at(["B", "train"])
    first, second = (
        blog("https://a.example/1", topics=[one]),
        blog("https://a.example/2", topics=[other]),
    )

    tree.merge(topic_at(["B"]), topic_at(["A"]), by=person(), now=NOW)

    (merged,) = Topic.objects.filter(name="train")
    assert list(Entry.objects.in_topic(merged)) == [first, second]


def test_a_topic_is_not_merged_below_itself():
    above, below, by = topic_at(["A"]), topic_at(["A", "B"]), person()

    for into in (above, below):
        with pytest.raises(CannotMove):
            tree.merge(above, into, by=by, now=NOW)


def test_what_others_built_upon_is_not_undone():
    by = person()
    run = tree.create("New", None, by=by, now=NOW)
    blog(topics=[Topic.objects.get(name="New")])

    done = undoing.undo(run, by=by, clock=timezone.now)

    assert done.outcome == Outcome.FAILED
    assert "changed since" in done.problem
    assert Topic.objects.filter(name="New").exists()


def test_what_holds_what_is_in_the_bin_is_told_of():
    topic = topic_at(["A"])
    bins.put_in([blog(topics=[topic]).pk], by=None, now=NOW)

    with pytest.raises(TopicInUse, match="in the bin"):
        tree.delete(topic, by=person(), now=NOW)


def test_what_holds_something_is_not_deleted():
    topic = topic_at(["A"])
    blog(topics=[topic])

    with pytest.raises(TopicInUse):
        tree.delete(topic, by=person(), now=NOW)
