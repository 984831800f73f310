"""What members write, as safe HTML: the one renderer of pages, previews and feeds.

CommonMark with tables, strikethrough, task lists and footnotes, formulas between
dollar signs, and the habits of Chinese text. Raw HTML is shown, not obeyed.
"""

from kb.text.markdown.plaintext import excerpt, plain
from kb.text.markdown.rendering import RENDERER, render
from kb.text.markdown.source import MAX_BYTES, TooLong

__all__ = ["MAX_BYTES", "RENDERER", "TooLong", "excerpt", "plain", "render"]
