"""manage.py first_run: what an empty site starts with."""

import json
import secrets
from importlib import resources
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from kb.ops import members
from kb.ops.imports.run import import_list
from kb.ops.members import Person

NAME = "curator"


class Command(BaseCommand):
    """Make the first account and import the sample list, once."""

    help = "On an empty site: make a curator who is an admin, import the sample list."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wish for an empty library."""
        parser.add_argument(
            "--no-sample",
            action="store_false",
            dest="sample",
            help="leave the library empty",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Print the curator's name and password as JSON; nothing when not first."""
        if User.objects.exists():
            return
        password = secrets.token_urlsafe(9)
        curator = members.invite(Person(NAME, curator=True), by=None, password=password)
        User.objects.filter(pk=curator.pk).update(is_superuser=True)
        if options["sample"]:
            import_sample(by=curator)
        self.stdout.write(json.dumps({"name": NAME, "password": password}))


def import_sample(*, by: User) -> None:
    """Fill the library with the list that comes with the program."""
    sample = resources.files("kb") / "sample" / "reading-list.md"
    text = sample.read_text(encoding="utf-8")
    import_list(text, name="sample", by=by, now=timezone.now())
