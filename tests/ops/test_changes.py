from datetime import timedelta

import pytest
from django.utils import timezone

from kb import tasks
from kb.models import Change
from kb.ops import changes
from tests.factories import paper

pytestmark = pytest.mark.django_db


def test_changes_are_kept_for_a_week():
    paper()
    now = timezone.now()
    noted = Change.objects.count()
    assert noted

    assert changes.prune(now=now + timedelta(days=6)) == 0
    assert Change.objects.count() == noted

    assert changes.prune(now=now + timedelta(days=8)) == noted
    assert not Change.objects.exists()


def test_the_job_drops_the_old_ones():
    paper()
    Change.objects.update(at=timezone.now() - timedelta(days=8))
    fresh = paper("2301.00001")

    tasks.prune_changes()

    assert set(Change.objects.values_list("entry_id", flat=True)) == {fresh.pk}
