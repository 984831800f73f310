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
        self,
        attrs: dict[str, Any] | None = None,
        *,
        waits: bool = False,
        speaks: bool = False,
    ) -> None:
        """Leave room to write.

        One that `waits` asks for no preview before; one that `speaks` mentions members.
        """
        super().__init__({"rows": 18, "spellcheck": "true", **(attrs or {})})
        self.told = {"waits": waits, "speaks": speaks}

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Skip markdownx's own context, which is for its own template."""
        return {**forms.Textarea.get_context(self, name, value, attrs), **self.told}

    class Media:
        """Nothing of markdownx's: pages with an editor load htmx themselves."""

        js: list[str] = []
        css: dict[str, list[str]] = {}
