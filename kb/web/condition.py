"""How the site is: each of its parts, in words, for curators."""

import shutil
from collections.abc import Callable
from platform import python_version
from typing import NamedTuple

import django
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kb.arxiv.asking import VERSION
from kb.models import Change
from kb.ops.runs import TICKED
from kb.search import index, sync, upkeep
from kb.search.index import NotBuilt
from kb.web import health as machines
from kb.web.doors import curating

LATE = 180  # seconds without a job: the schedule ticks every minute
BEHIND = 60  # seconds that an index may be behind
TIGHT = 2 * 2**30  # bytes that shall be free


class Part(NamedTuple):
    """One part of the site: how it is, and whether that is well."""

    name: str
    told: str
    well: bool = True


@require_safe
@curating
def health(request: HttpRequest) -> HttpResponse:
    """Show every part; what is not well says what to do."""
    parts = [look() for look in LOOKS]
    return render(request, "kb/health.html", {"parts": parts})


def database() -> Part:
    """Return how PostgreSQL is; without it there would be no page."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    told = _("PostgreSQL %(version)s, %(size)s MB") % {
        "version": version,
        "size": number_format(size // 2**20),
    }
    return Part(_("Database"), told)


def broker() -> Part:
    """Return how the broker is."""
    if machines.broker() == "ok":
        return Part(_("Queue and cache"), _("answers"))
    told = _("does not answer: jobs wait in the database until it does")
    return Part(_("Queue and cache"), told, well=False)


def jobs() -> Part:
    """Return when the schedule last reached a worker."""
    last = cache.get(TICKED)
    if last is None:
        told = _("no job has run for a while: start a worker and the schedule (beat)")
        return Part(_("Schedule and workers"), told, well=False)
    well = (timezone.now() - last).total_seconds() < LATE
    told = _("last seen %(when)s") % {"when": naturaltime(last)}
    return Part(_("Schedule and workers"), told, well)


def searching() -> Part:
    """Return how far the index is behind, and whether somebody looks after it."""
    name = _("Search index")
    try:
        position, now = sync.position(index.reader()), sync.now().position
    except NotBuilt:
        return Part(name, _("there is none yet: run manage.py indexer"), well=False)
    late = Change.objects.filter(xid__gte=position.horizon).order_by("at")
    since = late.values_list("at", flat=True).first()
    behind = (now.at - since).total_seconds() if since else 0
    told = _("%(n)s s behind") % {"n": number_format(max(0, round(behind)))}
    if not upkeep.running():
        told = _("%(told)s; nobody looks after it on this machine") % {"told": told}
    return Part(name, told, behind < BEHIND)


def disk() -> Part:
    """Return how much room is left where the index is."""
    base = index.folder()
    while not base.exists():
        base = base.parent
    free = shutil.disk_usage(base).free
    told = _("%(n)s GB free") % {"n": number_format(round(free / 2**30, 1))}
    return Part(_("Disk"), told, free > TIGHT)


def fetching() -> Part:
    """Return whether arXiv is asked."""
    told = _("asked; see Metadata from arXiv") if settings.ARXIV_ENABLED else ""
    return Part("arXiv", told or _("switched off on this site"))


def versions() -> Part:
    """Return what runs here."""
    told = f"Zhaji {VERSION} · Django {django.__version__} · Python {python_version()}"
    return Part(_("Versions"), told)


LOOKS: tuple[Callable[[], Part], ...] = (
    *(database, broker, jobs, searching, fetching, disk, versions),
)
