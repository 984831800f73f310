"""Put the tree of topics back as it was before a deed."""

from typing import Any

from django.db import connection, models
from django.db.models import F, Value
from django.db.models.functions import Concat, LPad
from django.db.models.functions.comparison import Cast
from django.utils.translation import gettext as _

from kb.models import Run, Topic
from kb.models.topics import STEP
from kb.models.touched import Touched, touched
from kb.ops.errors import NotUndone
from kb.ops.topics import lock_tree
from kb.text import markdown

PLACE = ("path", "depth", "address", "name")

COUNT_CHILDREN = f"""
    UPDATE kb_topic topic SET numchild = found.n
    FROM (
        SELECT parent.id, count(child.id) AS n
        FROM kb_topic parent
        LEFT JOIN kb_topic child ON child.depth = parent.depth + 1
            AND left(child.path, length(child.path) - {STEP}) = parent.path
        GROUP BY parent.id
    ) found
    WHERE found.id = topic.id AND topic.numchild <> found.n
"""  # noqa: S608 - a constant


class Undoing:
    """What one deed changed of the tree, to be put back whole."""

    def __init__(self, run: Run) -> None:
        """Read which topics the deed touched; nobody else writes the tree meanwhile."""
        self.rows: dict[int, Touched] = touched(Topic, run.context)  # type: ignore[arg-type]
        self.new: list[int] = []
        if self.rows:
            lock_tree()
            self.rows = touched(Topic, run.context)  # type: ignore[arg-type]
            self.refuse_later()

    def refuse_later(self) -> None:
        """Raise NotUndone where the tree was changed since: nothing is guessed."""
        there = Topic.objects.in_bulk(list(self.rows))
        for key, row in self.rows.items():
            topic = there.get(key)
            if (topic is None) != (row.after is None) or (
                topic is not None
                and any(getattr(topic, name) != row.after[name] for name in PLACE)  # type: ignore[index]
            ):
                raise NotUndone(later())
        before = [row.before for row in self.rows.values() if row.before]
        others = Topic.objects.exclude(pk__in=self.rows)
        for name in ("path", "address"):
            if others.filter(**{f"{name}__in": [row[name] for row in before]}).exists():
                raise NotUndone(later())

    def put_back(self) -> None:
        """Give topics their places and words; those the deed removed are there again.

        Those it added step aside, until what is filed under them is elsewhere.
        """
        if not self.rows:
            return
        self.step_aside()
        gone = []
        for key, row in self.rows.items():
            if row.before is None:
                self.new.append(key)
            elif row.after is None:
                gone.append(made(row.before))
            else:
                Topic.objects.filter(pk=key).update(**whole(row.before))
        models.QuerySet(Topic).bulk_create(gone)
        if not self.new:
            self.count_children()

    def step_aside(self) -> None:
        """Free the paths and addresses: no two rows may have one, not for a moment."""
        number = LPad(Cast(F("pk"), models.TextField()), 11, Value("0"))
        models.QuerySet(Topic).filter(pk__in=self.rows).update(
            path=Concat(Value("~"), number, Value("0" * STEP)),
            address=Concat(Value("~"), number),
        )

    def remove_new(self) -> None:
        """Remove the topics the deed added. Raises NotUndone if they hold others'."""
        if not self.new:
            return
        added: models.QuerySet[Topic] = models.QuerySet(Topic).filter(pk__in=self.new)
        if added.exclude(filings=None).exists():
            raise NotUndone(later())
        added.delete()
        self.count_children()

    def count_children(self) -> None:
        """Let the tree count anew: how many topics are below one is not remembered."""
        with connection.cursor() as cursor:
            cursor.execute(COUNT_CHILDREN)


def later() -> str:
    """Return what a person is told whose deed others have built upon."""
    return _("The topics were changed since. Undo what was done after this first.")


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """Return a topic's columns with what the history leaves out."""
    html = markdown.render(row["intro"]) if row["intro"] else ""
    return {**row, "intro_html": html}


def made(row: dict[str, Any]) -> Topic:
    """Return a topic as it was, unsaved."""
    return Topic(**whole(row), numchild=0)
