"""Find the members a text names."""

import re

from django.contrib.auth.models import User

_NAME = re.compile(r"(?<![\w@./])@([\w.@+-]{1,150})")
_AFTER = ".-+@"  # punctuation that ends a sentence rather than a name


def mentioned(text: str) -> list[User]:
    """Return the active members that a text names with an @ before: one query."""
    names = {name.rstrip(_AFTER).lower() for name in _NAME.findall(text)}
    people = User.objects.filter(username__in=names, is_active=True)
    return list(people) if names else []
