"""The Markdown editor: markdownx's field, with a preview through our own renderer.

markdownx's own script shows late answers over newer ones and calls a view anyone
may call; htmx asks our preview instead, and drops the answer to an older text.
"""

from typing import Any

from django import forms
from markdownx.widgets import MarkdownxWidget


class MarkdownEditor(MarkdownxWidget):  # type: ignore[misc]
    """A text area with the rendered text beside it; a plain one without scripts."""

    template_name = "kb/widgets/editor.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        """Leave room to write."""
        super().__init__({"rows": 18, "spellcheck": "true", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Skip markdownx's own context, which is for its own template."""
        return forms.Textarea.get_context(self, name, value, attrs)

    class Media:
        """Nothing of markdownx's: pages with an editor load htmx themselves."""

        js: list[str] = []
        css: dict[str, list[str]] = {}
