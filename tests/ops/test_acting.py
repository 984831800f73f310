import pytest

from kb.models import Entry
from kb.models.history import events
from kb.ops.acting import acting
from kb.ops.imports.run import import_list
from tests.factories import NOW, paper, person

pytestmark = pytest.mark.django_db


def last_context():
    return events(Entry).objects.latest("pgh_id").pgh_context.metadata


def test_what_a_verb_calls_is_done_for_its_reason():
    li = person()

    text = "# paper\n\n## Agent\n- [Tools](https://arxiv.org/abs/2305.17126)\n"
    import_list(text, name="ours", by=li, now=NOW)

    assert last_context() == {"user": li.pk, "reason": "import ours"}


def test_one_act_after_another_has_its_own_reason():
    entry = paper()

    for reason in ("first", "second"):
        with acting(None, reason):
            Entry.objects.filter(pk=entry.pk).update(title=reason)
        assert last_context() == {"reason": reason}


def test_what_failed_leaves_no_reason_behind():
    with pytest.raises(ZeroDivisionError), acting(person(), "fails"):
        raise ZeroDivisionError

    paper()

    assert last_context()["reason"] == "add entry"
