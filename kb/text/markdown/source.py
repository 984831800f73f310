"""How much Markdown is read at once."""

from kb.text.sentences import Sentence

MAX_BYTES = 64 * 1024  # as UTF-8


class TooLong(ValueError):
    """A text beyond MAX_BYTES; the message is for its writer."""


def checked(source: str) -> str:
    """Return `source` fit to parse: lone surrogates replaced. Raises TooLong."""
    encoded = source.encode("utf-8", "replace")
    if len(encoded) > MAX_BYTES:
        raise TooLong(
            Sentence(
                "This text is %(long)d KB long and at most %(most)d KB can be kept. "
                "Shorten it, or split it in two.",
                long=-(-len(encoded) // 1024),
                most=MAX_BYTES // 1024,
            )
        )
    return encoded.decode()
