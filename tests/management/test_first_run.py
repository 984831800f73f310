import json
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from kb.models import Entry

pytestmark = pytest.mark.django_db


def test_a_team_can_begin_with_an_empty_library():
    out = StringIO()

    call_command("first_run", "--no-sample", stdout=out)

    assert json.loads(out.getvalue())["name"] == "curator"
    assert User.objects.get().is_superuser
    assert not Entry.objects.exists()
