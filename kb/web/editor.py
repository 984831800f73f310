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

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, waits: bool = False
    ) -> None:
        """Leave room to write; one that `waits` asks for no preview before."""
        super().__init__({"rows": 18, "spellcheck": "true", **(attrs or {})})
        self.waits = waits

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Skip markdownx's own context, which is for its own template."""
        context = forms.Textarea.get_context(self, name, value, attrs)
        return {**context, "waits": self.waits}

    class Media:
        """Nothing of markdownx's: pages with an editor load htmx themselves."""

        js: list[str] = []
        css: dict[str, list[str]] = {}
