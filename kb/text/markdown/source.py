"""How much Markdown is read at once."""

MAX_BYTES = 64 * 1024  # as UTF-8


class TooLong(ValueError):
    """A text beyond MAX_BYTES; the message is for its writer."""


def checked(source: str) -> str:
    """Return `source` fit to parse: lone surrogates replaced. Raises TooLong."""
    encoded = source.encode("utf-8", "replace")
    if len(encoded) > MAX_BYTES:
        raise TooLong(
            f"This text is {-(-len(encoded) // 1024)} KB long and at most "
            f"{MAX_BYTES // 1024} KB can be kept. Shorten it, or split it in two."
        )
    return encoded.decode()
