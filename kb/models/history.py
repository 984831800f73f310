"""Which changes are remembered: every one, by triggers in the database."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.apps import apps
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

NAME = _("history: {}")
M = TypeVar("M", bound=type[models.Model])


def remembered(
    *, exclude: tuple[str, ...] = (), indexes: tuple[models.Index, ...] = ()
) -> Callable[[M], M]:
    """Keep every inserted, updated and deleted row of a model, with who and why.

    Fields in `exclude` are derived from others and not kept. `indexes` are those of
    the remembered rows.
    """

    def remember(model: M) -> M:
        name = format_lazy(NAME, model._meta.verbose_name)  # noqa: SLF001 - public API
        return pghistory.track(  # type: ignore[no-any-return]
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            # The default name would be inherited, and clash, under multi-table
            # inheritance.
            obj_field=pghistory.ObjForeignKey(
                related_name=f"{model.__name__.lower()}_events"
            ),
            meta={
                "verbose_name": name,
                "verbose_name_plural": name,
                "indexes": list(indexes),
            },
        )(model)

    return remember


def events(model: type[models.Model]) -> type[models.Model]:
    """Return the model of the rows that remember changes of `model`.

    pghistory's own attribute names a parent's under multi-table inheritance.
    """
    return apps.get_model("kb", f"{model.__name__}Event")


def remembered_text(model: type[models.Model], version: int, **of: object) -> str:
    """Return the body that a version of a summary or note had, "" if none is known.

    `of` says whose, by fields of the remembered rows.
    """
    rows: models.QuerySet[Any] = models.QuerySet(events(model))
    told = rows.filter(version=version, **of).order_by("-pgh_id")
    return told.values_list("body", flat=True).first() or ""
