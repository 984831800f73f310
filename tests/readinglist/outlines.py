"""Generated outlines: whatever people may write, in every place of a list."""

from hypothesis import strategies as st

from kb.readinglist.forms import note, one_line
from kb.readinglist.outline import Branch, Outline, Section, Written

PIECES = [
    *[
        "[",
        "]",
        "(",
        ")",
        "*",
        "**",
        "_",
        "`",
        "<",
        ">",
        "，",
        ",",
        "|",
        "#",
        " # ",
        "\\",
    ],
    *[
        "paper",
        "Code",
        "2024",
        "新硬件",
        "大模型",
        "Tokens",
        "1,000",
        "C++",
        "$a_i^2$",
        "&amp;",
    ],
    *[
        "https://inside.example/x",
        "arXiv:2305.14705",
        "![i](j)",
        "[a]: b",
        "<br>",
        "- ",
        "1. ",
    ],
    *[
        "<!-- entry -->",
        "<!-- en: x -->",
        "-->",
        "--",
        "《》",
        "：",
        " - ",
        "~~",
        "!",
        "[",
    ],
]
BLOCKS = [
    "这篇论文提出了一种方法，在多个任务上有提升。",
    "It scales to a billion tokens.",
    "，以逗号开头，然后是中文",
    ", begins with a comma",
    "- 一\n- 二\n  - 三",
    "1. [Other Paper](https://arxiv.org/abs/2301.13688)\n2. two",
    "```python\n# not a heading\n- not an item\n```",
    "````\nnever closed\n<!-- zh -->",
    "# Heading\n\n## Second",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b |",
    "underlined\n---",
    "see https://example.org/文档/x，后文 and <https://b.example/>",
    "$$\\sum_{i=1}^n x_i$$ costs $5",
    "    indented code\n\ttab",
    "> quoted\n> - list",
    "<details>\n<summary>more</summary>",
    "<!-- en -->\n<!-- =zh -->\n<!-- /intro -->\n<!-- tags: x -->",
    "[a]: https://definition.example/",
    "![image](https://image.example/x.png)",
    "trailing |",
    "* * *",
    "==",
]
ADDRESSES = [
    "https://arxiv.org/abs/2305.14705",
    "http://arxiv.org/pdf/2307.02486v2.pdf",
    "https://zh.wikipedia.org/wiki/重庆",
    "https://en.wikipedia.org/wiki/X_(Y)",
    "https://open.example/a(b",
    "https://example.org/?q=1&lang=*x*#/route_",
    "https://example.org/a,b;c",
]


letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
lines = (
    st.lists(st.sampled_from(PIECES) | st.text(letters, max_size=4), max_size=6)
    .map("".join)
    .map(one_line)
)
names = lines.filter(bool)
notes = (
    st.lists(st.sampled_from(BLOCKS) | st.just("") | lines, min_size=1, max_size=4)
    .map("\n".join)
    .map(note)
    .filter(bool)
)
summaries = st.dictionaries(st.sampled_from(["zh", "en"]), notes)
tags = st.lists(names, unique=True, max_size=2).map(tuple)
numbered = st.tuples(st.sampled_from(ADDRESSES), st.integers(0, 9))
addresses = numbered.map(lambda pair: f"{pair[0]}{pair[1]}")
linked = st.builds(Written, lines, addresses, summaries, tags)
unlinked = st.builds(Written, names, st.none(), summaries, tags)
entries = st.lists(linked | unlinked, max_size=3)
other_names = st.dictionaries(st.sampled_from(["zh", "en"]), names, max_size=1)


def _siblings(
    inner: st.SearchStrategy[list[Branch]],
) -> st.SearchStrategy[list[Branch]]:
    branch = st.builds(Branch, names, other_names, st.just("") | notes, entries, inner)
    return st.lists(branch, max_size=2, unique_by=lambda branch: branch.name)


def _chain(topics: list[Branch]) -> list[Branch]:
    """Push topics down to where headings end and bullets begin."""
    for name in ["六", "五", "四", "三", "二"]:
        topics = [Branch(name, topics=topics)]
    return topics


nothing: st.SearchStrategy[list[Branch]] = st.just([])
shallow = st.recursive(nothing, _siblings, max_leaves=4)
forests = shallow | shallow.map(_chain)
outlines = st.tuples(entries, forests, entries, forests).map(
    lambda parts: Outline(
        [Section("paper", parts[0], parts[1]), Section("blog", parts[2], parts[3])]
    )
)
