"""Keep the tags: one for each thing, whatever people call it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from taggit.models import Tag

from kb.models import Run, TagAlias, TaggedEntry
from kb.models.runs import RunKind
from kb.ops import deeds
from kb.ops.errors import TagExists
from kb.text.tags import usable

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def proper(names: Collection[str]) -> list[str]:
    """Return names as tags are filed: of one that is another's, the tag's own.

    One query. Names that cannot be tags are left out, and each is there once.
    """
    wanted = {name.casefold(): name for name in names if usable(name)}
    known = TagAlias.objects.filter(name__in=wanted).values_list("name", "tag__name")
    found = {wanted.pop(alias): tag for alias, tag in known if alias in wanted}
    filed = {tag.casefold(): tag for tag in found.values()}
    return sorted({**filed, **wanted}.values())


def rename(tag: Tag, name: str, *, by: "User", now: datetime) -> Run | None:
    """Call a tag otherwise; its old name stays another name of it.

    Return the run by which that is undone, None where nothing changed. Raises
    TagExists, for a name that is another tag's: the two can be merged.
    """
    name = " ".join(name.split())
    if name == tag.name:
        return None
    refuse_unless_free(name, tag)
    with deeds.doing(RunKind.TAGS, name, by=by, now=now) as run:
        kept = Tag.objects.select_for_update().get(pk=tag.pk)
        run.aside = {"tags": [row_of(kept)]}
        run.report = {"renamed": 1}
        run.done = run.total = 1
        old, kept.name, kept.slug = kept.name, name, ""
        TagAlias.objects.filter(name=name.casefold()).delete()
        if old.casefold() != name.casefold():
            TagAlias.objects.get_or_create(name=old.casefold(), defaults={"tag": kept})
        kept.slug = kept.slugify(name)
        kept.save()
        return run


def merge(kept: Tag, others: Iterable[Tag], *, by: "User", now: datetime) -> Run:
    """Make tags one: what they are on is tagged with the one, and they are its names.

    Return the run by which that is undone.
    """
    keys = [tag.pk for tag in others if tag.pk != kept.pk]
    with deeds.doing(RunKind.TAGS, kept.name, by=by, now=now) as run:
        gone = list(Tag.objects.filter(pk__in=keys).select_for_update().order_by("pk"))
        run.aside = {"tags": [row_of(tag) for tag in gone]}
        there = TaggedEntry.objects.filter(tag=kept).values("content_object")
        theirs = TaggedEntry.objects.filter(tag__in=gone)
        doubled = theirs.filter(content_object__in=there)
        doubled.delete()
        rows = theirs.order_by("-pk").values_list("content_object", "pk")
        moved = dict(rows)  # of two others on one entry, the first
        theirs.exclude(pk__in=moved.values()).delete()
        theirs.update(tag=kept)
        TagAlias.objects.filter(tag__in=gone).update(tag=kept)
        for tag in gone:
            also = {"defaults": {"tag": kept}}
            TagAlias.objects.update_or_create(name=tag.name.casefold(), **also)
        Tag.objects.filter(pk__in=keys).delete()
        run.report = {"merged": len(gone), "retagged": len(moved)}
        run.done = run.total = len(moved)
        return run


def add_name(tag: Tag, name: str, *, by: "User", now: datetime) -> Run | None:
    """Give a tag another name; return the run, None for one that it has.

    Raises TagExists where that is another tag: the two can be merged.
    """
    name = " ".join(name.split())
    refuse_unless_free(name, tag)
    if TagAlias.objects.filter(name=name.casefold(), tag=tag).exists():
        return None
    with deeds.doing(RunKind.TAGS, tag.name, by=by, now=now) as run:
        TagAlias.objects.update_or_create(name=name.casefold(), defaults={"tag": tag})
        run.report = {"named": 1}
        return run


def drop_name(alias: TagAlias, *, by: "User", now: datetime) -> Run:
    """Take another name from a tag; what is tagged stays tagged."""
    with deeds.doing(RunKind.TAGS, alias.tag.name, by=by, now=now) as run:
        TagAlias.objects.filter(pk=alias.pk).delete()
        run.report = {"unnamed": 1}
        return run


def delete_unused(*, by: "User", now: datetime) -> Run:
    """Delete the tags that are on nothing, with their other names."""
    with deeds.doing(RunKind.TAGS, "", by=by, now=now) as run:
        unused = list(counted().filter(n=0).order_by("pk"))
        run.aside = {"tags": [row_of(tag) for tag in unused]}
        run.report = {"deleted": len(unused)}
        Tag.objects.filter(pk__in=[tag.pk for tag in unused]).delete()
        return run


def counted() -> "QuerySet[Any, Any]":
    """Return all tags by name, each with `n`: on how many entries it is."""
    found: QuerySet[Any, Any] = Tag.objects.annotate(n=Count("tagged"))
    return found.order_by("name")


# --- Inside -------------------------------------------------------------------


def row_of(tag: Tag) -> dict[str, Any]:
    """Return a tag as a run can keep it."""
    return {"id": tag.pk, "name": tag.name, "slug": tag.slug}


def refuse_unless_free(name: str, tag: Tag) -> None:
    """Raise TagExists for a name that no tag can have, or that another one has."""
    if not usable(name):
        raise TagExists(
            _("“%(name)s” cannot be a tag: it needs a letter or digit.")
            % {"name": name[:80]}
        )
    other = Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).first()
    alias = TagAlias.objects.filter(name=name.casefold()).exclude(tag=tag).first()
    if other or alias:
        raise TagExists(
            _("“%(name)s” is another tag, or a name of one. Merge the two instead.")
            % {"name": name}
        )
