"""The tree of topics, as every page shows it."""

from kb.models import Topic
from kb.models.topics import grown
from kb.search import tallies
from kb.search.index import NotBuilt


def tree() -> list[Topic]:
    """Return the top topics, with `subtopics` and `count` of all that is below.

    The index counts, in a few milliseconds, and the database where there is none.
    """
    try:
        counts = tallies.tally().by_topic
    except NotBuilt:
        return Topic.objects.tree()
    topics = list(Topic.objects.all())
    return grown(topics, {topic.path: counts.get(topic.pk, 0) for topic in topics})
