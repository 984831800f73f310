"""The tree of topics that mirrors a reading list's sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.db.models.functions import Left, Length
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markdownx.models import MarkdownxField
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from kb.models.changes import searched_through
from kb.models.history import events, remembered
from kb.text.slugs import slug

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_LENGTH = 200
STEP = 4  # characters of `path` for each level of the tree

COUNT_SUBTREES = """
    SELECT left(t.path, level * %s) AS topic_path, count(DISTINCT f.entry_id)
    FROM kb_filing f
    JOIN kb_topic t ON t.id = f.topic_id
    JOIN kb_entry e ON e.id = f.entry_id AND e.status = 'listed'
    CROSS JOIN LATERAL generate_series(1, t.depth) AS level
    GROUP BY 1
"""


class TopicQuerySet(MP_NodeQuerySet):  # type: ignore[misc]
    """Topics, in document order."""

    def under(self, topic: Topic) -> Self:
        """Keep `topic` and everything below it."""
        return self.filter(path__startswith=topic.path)  # type: ignore[no-any-return]


class TopicManager(MP_NodeManager.from_queryset(TopicQuerySet)):  # type: ignore[misc]
    """Topics as a queryset, and as the whole tree."""

    def get_queryset(self) -> TopicQuerySet:
        """Order by the place in the tree, which is the order of the document."""
        found: TopicQuerySet = TopicQuerySet(self.model, using=self._db)
        return found.order_by("path")  # type: ignore[no-any-return]

    def tree(self) -> list[Topic]:
        """Return the top topics, with `subtopics` and `count` of all that is below.

        `count` is the number of distinct listed entries in the topic and below.
        Two queries, however large the tree.
        """
        return grown(self.all(), self.subtree_counts())

    def had(self, address: str) -> Topic | None:
        """Return the topic that last had an address it has no more, None if none had.

        The history remembers every address; what was deleted has none, and what was
        merged into another topic is that one.
        """
        remembered: models.QuerySet[Any] = models.QuerySet(events(self.model))
        there = models.Q(pgh_obj__in=self.all().values("pk"))
        there |= models.Q(pgh_obj__in=FormerTopic.objects.values("former"))
        told = remembered.filter(there, address=address).order_by("-pgh_id")
        last: int | None = told.values_list("pgh_obj_id", flat=True).first()
        if last is None:
            return None
        now = FormerTopic.objects.filter(former=last).values_list("into", flat=True)
        return self.filter(pk=now.first() or last).first()  # type: ignore[no-any-return]

    def subtree_counts(self) -> dict[str, int]:
        """Return how many listed entries each topic's subtree holds, by its `path`."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT_SUBTREES, [STEP])
            return dict(cursor.fetchall())


def grown(topics: Iterable[Topic], counts: dict[str, int]) -> list[Topic]:
    """Hang `topics` (ordered by path, complete from the root) into their tree."""
    top: list[Topic] = []
    branch: list[Topic] = []
    for topic in topics:
        topic.subtopics = []
        topic.count = counts.get(topic.path, 0)
        del branch[topic.depth - 1 :]
        (branch[-1].subtopics if branch else top).append(topic)
        branch.append(topic)
    return top


@searched_through(
    "path",
    "name",
    "name_zh",
    "name_en",
    entries="""
        SELECT entry_id FROM kb_filing JOIN kb_topic topic ON topic.id = topic_id
        WHERE EXISTS (SELECT FROM changed WHERE starts_with(topic.path, changed.path))
    """,
)
@remembered(exclude=("numchild", "intro_html"))
class Topic(MP_Node):  # type: ignore[misc]
    """A section of the reading list: what entries are filed under.

    Its place among its siblings is its place in the document. The name is the
    list's own and may hold a slash; two topics may share a name under different
    parents.
    """

    name: models.CharField[str, str] = models.CharField(
        _("name"), max_length=NAME_LENGTH
    )
    name_zh: models.CharField[str, str] = models.CharField(
        _("Chinese name"), max_length=NAME_LENGTH, blank=True
    )
    name_en: models.CharField[str, str] = models.CharField(
        _("English name"), max_length=NAME_LENGTH, blank=True
    )
    address: models.CharField[str, str] = models.CharField(
        _("address"),
        max_length=1000,
        unique=True,
        editable=False,
        help_text=_("The topic's part of a web address: slugs joined by slashes."),
    )
    intro = MarkdownxField(_("introduction"), blank=True)
    intro_html: models.TextField[str, str] = models.TextField(
        editable=False, blank=True
    )

    steplen = STEP
    objects = TopicManager()

    subtopics: list[Topic]
    count: int

    class Meta:
        """A parent has no two topics of one name, and no topic is nameless."""

        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.UniqueConstraint(
                Left("path", Length("path") - STEP),
                "name",
                name="kb_topic_name_once_under_its_parent",
            ),
            models.CheckConstraint(
                name="kb_topic_has_a_name", condition=~models.Q(name="")
            ),
        ]

    def __str__(self) -> str:
        """Return the name in the reader's language, else as the list has it."""
        language = (get_language() or "en")[:2]
        return (self.name_zh if language == "zh" else self.name_en) or self.name

    def get_absolute_url(self) -> str:
        """Return the address of the topic's page."""
        return reverse("kb:topic", args=[self.address])

    @property
    def other_name(self) -> str:
        """The name in the language the reader does not use, "" for none."""
        shown = str(self)
        names = (self.name, self.name_zh, self.name_en)
        return next((name for name in names if name and name != shown), "")

    def address_under(self, parent: Topic | None) -> str:
        """Return the address the topic's name would give it under `parent`."""
        return f"{parent.address}/{slug(self.name)}" if parent else slug(self.name)


@remembered()
class FormerTopic(models.Model):
    """A topic that is no more, since it was merged into another one."""

    former: models.BigIntegerField[int, int] = models.BigIntegerField(unique=True)
    into: models.ForeignKey[Topic, Topic] = models.ForeignKey(
        Topic, on_delete=models.CASCADE, related_name="formers"
    )

    class Meta:
        """Nobody opens this table in the admin."""

        default_permissions = ()

    def __str__(self) -> str:
        """Return what the former topic is now."""
        return f"{self.former}: {self.into}"
