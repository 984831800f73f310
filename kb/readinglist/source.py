"""From the bytes of a file to text, or to the reason why not."""

from kb.readinglist.document import NotAList
from kb.text.sentences import Sentence

MAX_BYTES = 5 * 1024 * 1024

_TOO_LARGE = Sentence("%(name)s is %(size)s MB: a list may have 5 MB; split it.")
_NOT_A_TEXT = Sentence(
    "%(name)s is not a text file: byte %(offset)d (line %(line)d) is %(found)s. "
    "Save it as UTF-8 text and try again."
)
_NOT_UTF_8 = Sentence(
    "%(name)s is not UTF-8: byte %(offset)d (line %(line)d) is %(found)s. "
    "Save it as UTF-8 text and try again."
)


def decode(data: bytes, name: str) -> str:
    """Return the text with Unix line ends and no byte order mark.

    Raises NotAList, naming the file, the place and what to do.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1024 / 1024:.1f}"
        raise NotAList(Sentence(_TOO_LARGE, name=name, size=size))
    if b"\0" in data:
        raise NotAList(_not_text(_NOT_A_TEXT, data, data.index(b"\0"), name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAList(_not_text(_NOT_UTF_8, data, error.start, name)) from error
    if not text.strip():
        raise NotAList(
            Sentence("%(name)s is empty: there is nothing to read in it.", name=name)
        )
    return normal(text)


def normal(text: str) -> str:
    """Return `text` with Unix line ends and without NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _not_text(template: str, data: bytes, offset: int, name: str) -> Sentence:
    line = data.count(b"\n", 0, offset) + 1
    found = f"0x{data[offset]:02x}"
    return Sentence(template, name=name, offset=offset, line=line, found=found)
