import pytest

from kb.readinglist import blocks


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("- a\n  b\n\n      code\n", "a\nb\n\n    code"),
        ("10. a\n    - b\n", "a\n- b"),
        ("-   a\n    b", "a\nb"),
        ("-\ta\n\n\tb", "a\n\nb"),
        ("-\n  a", "\na"),
        ("- a\nlazy", "a\nlazy"),
        ("  - a\n    b\n", "a\nb"),
    ],
)
def test_an_item_is_read_as_if_it_stood_at_the_margin(source, text):
    (found,), _ = blocks.read(source)

    assert blocks.item_text(source.split("\n"), found.children[0]) == text


def test_an_item_inside_an_item_is_read_so_too():
    source = "- - a\n    b\n"
    (outer,), _ = blocks.read(source)
    (inner,) = outer.children[0].children

    assert blocks.item_text(source.split("\n"), inner.children[0]) == "a\nb"


def test_blocks_know_their_lines():
    found, references = blocks.read("# a\n\ntext\nmore\n\n[x]: https://x.example/\n")

    assert [(one.kind, one.first, one.end) for one in found] == [
        ("heading", 0, 1),
        ("paragraph", 2, 4),
    ]
    assert references["X"]["href"] == "https://x.example/"


def test_contents_come_in_order():
    found, _ = blocks.read("- a\n  - b\n\n  c\n- d\n")

    assert list(found[0].contents()) == ["a", "b", "c", "d"]
