"""Ask for all that arXiv has on one paper: its versions and licence, for one turn."""

from datetime import datetime
from typing import TYPE_CHECKING

import redis

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.arxiv.harvester import Harvester
from kb.models import Paper
from kb.ops.acting import acting
from kb.ops.papers import queue
from kb.ops.papers.denied import told_curators
from kb.ops.papers.harvesting import keep_records

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def detail(
    paper: Paper, harvester: Harvester, *, by: "User | None", now: datetime
) -> bool:
    """Fetch one claimed paper's versions and licence; return whether arXiv has them.

    Raises GateClosed, with the paper given back, and ArxivUnavailable: it is then not
    asked for again until somebody wants it, as it may be the cause.
    """
    try:
        record = harvester.record(paper.arxiv_id or "")
    except (GateClosed, redis.RedisError, KeyboardInterrupt):
        queue.give_back([paper])
        raise
    except ArxivUnavailable as trouble:
        forget(paper)
        told_curators(trouble)
        raise
    with acting(by, "details from arXiv"):
        if record:
            keep_records([record], (), now=now)
        forget(paper)
    return record is not None


def forget(paper: Paper) -> None:
    """Want the paper's details no longer."""
    Paper.objects.filter(pk=paper.pk).update(details_due=False, leased_until=None)
