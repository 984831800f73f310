"""What tests put into a library, by the verbs everyone uses."""

from datetime import UTC, datetime

from kb.models import Milestone, Paper
from kb.ops import (
    annotations,
    entries,
    members,
    reading,
    resources,
    summaries,
    topics,
)
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


def note(entry, body="A note", *, by, visibility="private", about=None):
    """A member's note on an entry, or on a passage."""
    return annotations.write(entry, body, visibility, by=by, now=NOW, about=about)


def highlight(entry, quote, *, by, visibility="team", meaning="key", **seen):
    """A member's highlight, of words that stand once in the entry's texts."""
    passage = annotations.Passage(quote, meaning=meaning, **seen)
    return note(entry, "", by=by, visibility=visibility, about=passage)


def reply(to, body="A reply", *, by):
    """A member's reply."""
    return annotations.reply(to, body, by=by, now=NOW)


def summarised(entry, body, language="zh", *, by=None):
    """The entry, with a summary."""
    there = entry.summaries.filter(language=language).first()
    base = there.version if there else 0
    summaries.save(entry, language, body, base=base, by=by, now=NOW)
    return entry


def starred(entry, *, by):
    """The entry, with a member's star."""
    reading.star(entry, by=by, on=True, now=NOW)
    return entry


def read(entry, *, by):
    """The entry, read by a member."""
    reading.mark(entry, "read", by=by, now=NOW)
    return entry


def followed(entry, *, by):
    """The entry, followed by a member."""
    reading.follow(entry, by=by, on=True, now=NOW)
    return entry


def milestone(entry, kind="version", *, at=NOW, before=None, after=None, version=2):
    """Something that happened to a paper at arXiv."""
    return Milestone.objects.create(
        paper=Paper.objects.get(pk=entry.pk),
        kind=kind,
        version=version,
        happened_at=at,
        noticed_at=at,
        before=before or {},
        after=after or {},
    )


def resource(entry, url="https://github.com/a/b", kind="", label="", *, by):
    """A link of an entry."""
    return resources.add(entry, url, kind, label, by=by, now=NOW)


def with_comment(entry, comment, *, withdrawn=False):
    """The paper, as if arXiv had told of that comment."""
    Paper.objects.filter(pk=entry.pk).update(comment=comment, withdrawn=withdrawn)
    return Paper.objects.get(pk=entry.pk)
