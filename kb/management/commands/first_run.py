"""manage.py first_run: what an empty site starts with."""

import json
import secrets
from importlib import resources
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from kb.ops import members
from kb.ops.imports.run import import_list
from kb.ops.members import Person

NAME = "curator"


class Command(BaseCommand):
    """Make the first account and import the sample list, once."""

    help = "On an empty site: make a curator who is an admin, import the sample list."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the curator's name and password as JSON; nothing when not first."""
        if User.objects.exists():
            return
        password = secrets.token_urlsafe(9)
        curator = members.invite(Person(NAME, curator=True), by=None, password=password)
        User.objects.filter(pk=curator.pk).update(is_superuser=True)
        sample = resources.files("kb") / "sample" / "reading-list.md"
        text = sample.read_text(encoding="utf-8")
        import_list(text, name="sample", by=curator, now=timezone.now())
        self.stdout.write(json.dumps({"name": NAME, "password": password}))
