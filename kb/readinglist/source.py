"""From the bytes of a file to text, or to the reason why not."""

from kb.readinglist.document import NotAList

MAX_BYTES = 5 * 1024 * 1024


def decode(data: bytes, name: str) -> str:
    """Return the text with Unix line ends and no byte order mark.

    Raises NotAList, naming the file, the place and what to do.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1024 / 1024:.1f} MB"
        raise NotAList(f"{name} is {size}: a list may have 5 MB; split it.")
    if b"\0" in data:
        raise NotAList(_not_text(data, data.index(b"\0"), name, "is not a text file"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAList(_not_text(data, error.start, name, "is not UTF-8")) from error
    if not text.strip():
        raise NotAList(f"{name} is empty: there is nothing to read in it.")
    return normal(text)


def normal(text: str) -> str:
    """Return `text` with Unix line ends and without NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _not_text(data: bytes, offset: int, name: str, problem: str) -> str:
    line = data.count(b"\n", 0, offset) + 1
    return (
        f"{name} {problem}: byte {offset} (line {line}) is 0x{data[offset]:02x}. "
        "Save it as UTF-8 text and try again."
    )
