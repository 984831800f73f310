"""How tests ask: the whole way from a text, through the index, to keys."""

from kb.models import Paper
from kb.ops import entries
from kb.ops.entries import Wanted
from kb.search.find import Asker, find
from kb.search.query import parse
from tests.factories import NOW

TODAY = NOW.date()


def read(query):
    """What a text asks for."""
    return parse(query, today=TODAY)


def asker(user=None):
    """A member, or an anonymous reader."""
    return Asker(user.pk if user else None)


def found(query="", user=None, **wish):
    """What a query finds for a member, or for an anonymous reader."""
    return find(read(query), asker(user), **wish)


def ids(query="", user=None, **wish):
    """The keys of what is found, in order."""
    return found(query, user, **wish).ids


def counts(query, facet, user=None, **wish):
    """The lines of a facet, as value and count."""
    lines = found(query, user, facets=[facet], **wish).facets[facet]
    return {line.value: line.count for line in lines}


def entry(title, number=1, *, topics=(), tags=(), by=None, now=NOW, **paper):
    """The key of a listed paper, with what arXiv says of it."""
    named = entries.understand(f"2401.{number:05}")
    wanted = Wanted(title, "paper", topics, tags)
    made = entries.add(named, wanted, by=by, now=now)
    Paper.objects.filter(pk=made.pk).update(**paper)
    return made.pk


def people(*names):
    """Authors as arXiv gives them."""
    return [{"name": name, "affiliations": []} for name in names]


def fullwidth(text):
    """The text as Chinese keyboards set it when they are not switched."""
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
