"""What tests put into a library, by the verbs everyone uses."""

from datetime import UTC, datetime

from kb.ops import entries, members, topics
from kb.ops.entries import Wanted
from kb.ops.members import Person

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def person(name="li", *, curator=False, admin=False):
    """An account, with the rights asked for."""
    user = members.invite(
        Person(name, f"{name}@example.org", curator=curator or admin),
        by=None,
        password="correct horse battery",
    )
    if admin:
        user.is_superuser = True
        user.save()
    return user


def paper(arxiv_id="2307.02486", title="LongNet", *, by=None, topics=(), tags=()):
    """A listed arXiv paper."""
    named = entries.understand(arxiv_id)
    wanted = Wanted(title, "paper", topics, tags)
    return entries.add(named, wanted, by=by, now=NOW)


def blog(url="https://example.org/post", title="A post", *, by=None, topics=()):
    """A listed blog post."""
    named = entries.understand(url)
    return entries.add(named, Wanted(title, "blog", topics), by=by, now=NOW)


def topic_at(path):
    """The topic at these names from the top; what is missing is made."""
    found = None
    for name in path:
        here = topics.children(found).filter(name=name).first()
        found = here or topics.create(name, parent=found, by=None)
    return found
