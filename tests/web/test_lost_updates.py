"""Eight writers save one summary fifty times each: nothing is lost in silence."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from kb.models import Summary
from kb.models.history import events
from kb.ops import summaries
from kb.ops.errors import Outdated
from tests import filled
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, SAVES = 8, 50


class Writer(Thread):
    """Somebody who saves again and again, and what they were told."""

    def __init__(self, entry, name, together):
        super().__init__()
        self.entry, self.who, self.together = entry, person(f"writer{name}"), together
        self.accepted, self.refused = [], []

    def run(self):
        self.together.wait()
        for turn in range(SAVES):
            body = f"{self.who}.{turn} 写的一段话"
            base = getattr(self.entry.summaries.first(), "version", 0)
            (self.accepted if self.save(body, base) else self.refused).append(body)
        connection.close()


class ByVerb(Writer):
    """Saves as any program of ours does."""

    def save(self, body, base):
        try:
            summaries.save(self.entry, "zh", body, base=base, by=self.who, now=NOW)
        except Outdated:
            return False
        return True


class ByForm(Writer):
    """Saves as a browser does, and looks at the page of a refusal."""

    def save(self, body, base):
        if not hasattr(self, "client"):
            self.client = Client()
            self.client.force_login(self.who)
        url = f"/entries/{self.entry.pk}/summary/zh/"
        answer = self.client.post(url, {"body": body, "base": base})
        if answer.status_code == 302:
            return True
        assert answer.status_code == 409
        shown = filled.form(answer)
        assert shown["body-mine"] == body
        assert shown["body-theirs"] in all_texts()
        return False


def all_texts():
    return set(events(Summary).objects.values_list("body", flat=True))


def test_no_save_is_lost(transactional_db):
    entry, together = paper(), Barrier(WRITERS)
    kinds = [ByVerb] * 6 + [ByForm] * 2
    writers = [kind(entry, name, together) for name, kind in enumerate(kinds)]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    accepted = [body for writer in writers for body in writer.accepted]
    refused = [body for writer in writers for body in writer.refused]
    kept = events(Summary).objects.order_by("pgh_id").values_list("version", "body")
    assert len(accepted) + len(refused) == WRITERS * SAVES
    assert sorted(body for _version, body in kept) == sorted(accepted)
    assert [version for version, _body in kept] == list(range(1, len(accepted) + 1))
    assert Summary.objects.get().body == kept.last()[1]
    assert refused
