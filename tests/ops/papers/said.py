"""What arXiv says in tests, in either form, and how the library hears it."""

from datetime import UTC, date, datetime, timedelta

from kb.arxiv.records import Author, RawRecord, Record, Reply, Version
from kb.models import Paper
from kb.ops import papers
from kb.ops.acting import acting
from kb.ops.papers.harvesting import keep_records
from tests.factories import NOW

IDS = ["2305.14705", "2307.02486", "2306.09896"]
ID = "2307.02486"
FIRST, SECOND = datetime(2023, 7, 5, tzinfo=UTC), datetime(2023, 7, 19, tzinfo=UTC)


def atom(**said):
    """What the Atom API says of a paper."""
    version = said.get("version", 1)
    usual = {
        "id": ID,
        "version": version,
        "title": "LongNet",
        "abstract": "We scale.",
        "authors": (Author("Jiayu Ding", ("Tsinghua",)), Author("Dirk Wübben")),
        "categories": ("cs.CL", "cs.LG"),
        "primary_category": "cs.CL",
        "published": FIRST,
        "updated": FIRST if version == 1 else SECOND,
    }
    return Record(**usual | said)


def raw(*, version=1, **said):
    """What a harvest, or a snapshot, says of the same paper."""
    usual = {
        "id": ID,
        "title": "LongNet",
        "abstract": "We scale.",
        "authors": r"Jiayu Ding (Tsinghua) and Dirk W\"ubben",
        "categories": ("cs.CL", "cs.LG"),
        "versions": versions(version),
        "licence": "http://creativecommons.org/licenses/by/4.0/",
        "withdrawn": False,
        "changed_on": date(2023, 7, 20),
    }
    return RawRecord(**usual | said)


def versions(count):
    """So many versions, two weeks apart."""
    return tuple(
        Version(number, FIRST + timedelta(days=14 * (number - 1)), 1024 * number, "D")
        for number in range(1, count + 1)
    )


def hear(*records, now=NOW):
    """Let the library take over what arXiv says, in order, a day between."""
    for day, record in enumerate(records):
        at = now + timedelta(days=day)
        if isinstance(record, RawRecord):
            with acting(None, "test"):
                keep_records([record], (), now=at)
        else:
            batch = list(Paper.objects.filter(arxiv_id=record.id))
            reply = Reply(found={record.id: record})
            papers.settle_all(batch, reply, by=None, now=at)


def get(arxiv_id=ID):
    """The paper as it is in the database."""
    return Paper.objects.get(arxiv_id=arxiv_id)


def due():
    """Make every paper due."""
    Paper.objects.update(refresh_due_at=NOW)
