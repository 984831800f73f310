"""References as people print them."""

import pytest

from kb.citations import styles
from kb.citations.references import Name, Reference

LONGNET = Reference(
    key="ding2023-1",
    kind="preprint",
    title="LongNet: Scaling Transformers to 1,000,000,000 Tokens",
    authors=(
        *(Name("Ding", "Jiayu"), Name("Ma", "Shuming"), Name("Dong", "Li")),
        *(Name("van Zhang", "Xing-Xing"),),
    ),
    year=2023,
    month=7,
    day=5,
    arxiv_id="2307.02486",
    url="https://arxiv.org/abs/2307.02486",
)
ARTICLE = Reference(
    key="a",
    kind="article",
    title="What Is Attention?",
    authors=(Name("Li", "Ann B."), Name("O'Neil", "J.")),
    year=2020,
    journal="J. Mach. Learn. Res. 21 (2020) 1-9",
    doi="10.1000/jmlr.1",
    url="https://example.org/",
)
CHINESE = Reference(
    key="c",
    kind="webpage",
    title="复杂推理",
    authors=(Name("付尧"), Name("王小明"), Name("李雷"), Name("韩梅梅")),
    journal="知乎",
    url="https://example.org/1",
)


@pytest.mark.parametrize(
    ("style", "given", "printed"),
    [
        (
            styles.gbt7714,
            LONGNET,
            (
                "DING J, MA S, DONG L, et al. LongNet: Scaling Transformers to "
                "1,000,000,000 Tokens[EB/OL]. arXiv:2307.02486(2023-07-05). "
                "https://arxiv.org/abs/2307.02486"
            ),
        ),
        (
            styles.gbt7714,
            ARTICLE,
            (
                "LI A B, O'NEIL J. What Is Attention?[J]. J. Mach. Learn. Res. 21 "
                "(2020) 1-9, 2020. https://doi.org/10.1000/jmlr.1"
            ),
        ),
        (
            styles.gbt7714,
            CHINESE,
            "付尧, 王小明, 李雷, 等. 复杂推理[EB/OL]. 知乎. https://example.org/1",
        ),
        (
            styles.apa,
            LONGNET,
            (
                "Ding, J., Ma, S., Dong, L., & van Zhang, X. X. (2023). LongNet: "
                "Scaling Transformers to 1,000,000,000 Tokens. arXiv:2307.02486. "
                "https://arxiv.org/abs/2307.02486"
            ),
        ),
        (
            styles.apa,
            ARTICLE,
            (
                "Li, A. B., & O'Neil, J. (2020). What Is Attention? J. Mach. Learn. "
                "Res. 21 (2020) 1-9. https://doi.org/10.1000/jmlr.1"
            ),
        ),
        (
            styles.ieee,
            ARTICLE,
            (
                "A. B. Li and J. O'Neil, “What Is Attention?” J. Mach. Learn. Res. 21 "
                "(2020) 1-9, 2020. https://doi.org/10.1000/jmlr.1"
            ),
        ),
        (
            styles.ieee,
            LONGNET,
            (
                "J. Ding, S. Ma, L. Dong, and X. X. van Zhang, “LongNet: Scaling "
                "Transformers to 1,000,000,000 Tokens,” arXiv:2307.02486, 2023. "
                "https://arxiv.org/abs/2307.02486"
            ),
        ),
        (
            styles.mla,
            LONGNET,
            (
                "Ding, Jiayu, et al. “LongNet: Scaling Transformers to 1,000,000,000 "
                "Tokens.” arXiv:2307.02486, 2023, https://arxiv.org/abs/2307.02486"
            ),
        ),
        (
            styles.mla,
            ARTICLE,
            (
                "Li, Ann B., and J. O'Neil. “What Is Attention?” J. Mach. Learn. Res. "
                "21 (2020) 1-9, 2020, https://doi.org/10.1000/jmlr.1"
            ),
        ),
    ],
)
def test_a_style_prints_it_by_its_rules(style, given, printed):
    assert style(given) == printed


@pytest.mark.parametrize("name", styles.STYLES)
def test_what_is_not_known_leaves_no_gap(name):
    _, style = styles.STYLES[name]

    printed = style(Reference("x", "webpage", "A Title"))

    assert "A Title" in printed
    assert "  " not in printed
    assert "None" not in printed
    assert ", ," not in printed
