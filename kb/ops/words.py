"""What the pure layers say, in the language of whoever reads it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from kb.text.sentences import Sentence


def translated(said: str | Exception) -> str:
    """Return a sentence, or a refusal's, in the active language; other text as it is.

    Raises nothing: without a translation it is the English of the source.
    """
    return again(kept(said)) or str(said)


def kept(said: str | Exception) -> dict[str, Any]:
    """Return what JSON must hold to say a sentence `again`; {} for other text."""
    text = said.args[0] if isinstance(said, Exception) and said.args else said
    if not isinstance(text, Sentence):
        return {}
    return {"template": text.template, "values": text.values}


def again(row: Mapping[str, Any]) -> str:
    """Return the sentence a row of JSON `kept`, in the active language; "" for none."""
    template, values = row.get("template", ""), row.get("values")
    if not template:
        return ""
    return gettext(template) % values if values else gettext(template)
