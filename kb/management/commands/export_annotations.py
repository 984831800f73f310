"""manage.py export_annotations: hand notes out as W3C Web Annotations."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.management.files import write_whole
from kb.management.people import person
from kb.models import Annotation, Entry, Topic
from kb.models.annotations import Visibility
from kb.ops.exchange import giving
from kb.webannotations import write

if TYPE_CHECKING:
    from kb.models.annotations import AnnotationQuerySet


class Command(BaseCommand):
    """Write the team's notes, or one member's own, as JSON-LD."""

    help = (
        "Write the team's notes as W3C Web Annotations: all, or those of an entry or "
        "a topic; or all notes of one member, private ones too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take which, and the file."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--entry", type=int, help="the number of an entry")
        which.add_argument("--topic", help="the address of a topic, as model/moe")
        which.add_argument("--member", help="user name of whose notes")
        parser.add_argument("file", type=Path, nargs="?", help="else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it whole or not at all."""
        notes, label = chosen(options)
        address = f"{settings.SITE_URL}/annotations/"
        text = write(giving.collection(notes, address=address, label=label))
        if options["file"] is None:
            sys.stdout.buffer.write(text.encode())
        else:
            write_whole(options["file"], text)


def chosen(options: dict[str, Any]) -> "tuple[AnnotationQuerySet, str]":
    """Return the notes that were asked for, and what to call them."""
    team = Annotation.objects.filter(visibility=Visibility.TEAM)
    if options["member"]:
        user = person(options["member"])
        return Annotation.objects.filter(author=user), str(user)
    if options["entry"]:
        entry = Entry.objects.filter(pk=options["entry"]).first()
        if entry is None:
            raise CommandError(f"There is no entry {options['entry']}.")
        return team.filter(entry=entry), entry.title
    if options["topic"]:
        topic = Topic.objects.filter(address=options["topic"].strip("/")).first()
        if topic is None:
            raise CommandError(f"There is no topic at “{options['topic']}”.")
        below = Entry.objects.there().under(topic).values("pk")
        return team.filter(entry__in=below), topic.name
    return team, ""
