import pytest

from kb.readinglist.document import NotAList
from kb.readinglist.source import MAX_BYTES, decode

AGAIN = "Save it as UTF-8 text and try again."


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_are_tolerated(end, mark):
    assert decode(mark + f"# 论文{end}- a".encode(), "list.md") == "# 论文\n- a"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "list.md is empty: there is nothing to read in it."),
        (b"\xef\xbb\xbf \n\t", "list.md is empty: there is nothing to read in it."),
        (
            b"# paper\n- \xd6\xd0\xce\xc4\n",
            f"list.md is not UTF-8: byte 10 (line 2) is 0xd6. {AGAIN}",
        ),
        (
            b"PK\x03\x04\n\x00",
            f"list.md is not a text file: byte 5 (line 2) is 0x00. {AGAIN}",
        ),
        (
            b"a" * (MAX_BYTES + 1),
            "list.md is 5.0 MB: a list may have 5 MB; split it.",
        ),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(data, message):
    with pytest.raises(NotAList) as refusal:
        decode(data, "list.md")

    assert str(refusal.value) == message


def test_the_largest_list_is_read():
    assert len(decode(b"a" * MAX_BYTES, "list.md")) == MAX_BYTES
