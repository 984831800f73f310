import pytest

from kb.arxiv.byline import read


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", []),
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("A. Weil, B. Gross and C. Li", ["A. Weil", "B. Gross", "C. Li"]),
        ("A. Weil, B. Gross, and C. Li", ["A. Weil", "B. Gross", "C. Li"]),
        ("A. Weil; B. Gross & C. Li", ["A. Weil", "B. Gross", "C. Li"]),
        ("Alessandro Sandoval", ["Alessandro Sandoval"]),
        ("V.N. Tolstoy, C.-P. Yuan", ["V. N. Tolstoy", "C. -P. Yuan"]),
        ("G. David Forney, Jr. and Bo Li", ["G. David Forney Jr.", "Bo Li"]),
        ("A. A. Alves Jr, Neal J. Evans II", ["A. A. Alves Jr", "Neal J. Evans II"]),
        ("LHCb Collaboration: R. Aaij, et al.", ["LHCb Collaboration", "R. Aaij"]),
        (r"Dirk W\"ubben, {\O}yvind {\'E}l", ["Dirk Wübben", "Øyvind Él"]),
        ("王小明, 李雷", ["王小明", "李雷"]),
        ("J. van~der~Waals, {de Broglie}", ["J. van der Waals", "de Broglie"]),
    ],
)
def test_names_are_told_apart(written, names):
    assert [name for name, _ in read(written)] == names


@pytest.mark.parametrize(
    ("written", "affiliations"),
    [
        ("A. Weil (Oxford), B. Gross", [("Oxford",), ()]),
        ("A. Weil (IAS, Princeton)", [("IAS, Princeton",)]),
        ("A. Weil, B. Gross and C. Li (Oxford)", [("Oxford",)] * 3),
        ("A. Weil (ESO), B. Gross and C. Li (Oxford)", [("ESO",), *[("Oxford",)] * 2]),
        ("A. Weil, B. Gross (Oxford)", [(), ("Oxford",)]),
        ("A. Weil (1), B. Gross (1,2) ((1) ESO, (2) KEK (Japan))",
         [("ESO",), ("ESO", "KEK (Japan)")]),
        ("A. Weil (1 and 2), B. Gross (2) ((1) ESO, (2) KEK)",
         [("ESO", "KEK"), ("KEK",)]),
        ("A. Weil (a), B. Gross (b) ((a) ESO; (b) KEK)", [("ESO",), ("KEK",)]),
        ("A. Weil (1), B. Gross (2)", [(), ()]),
        ("A. Weil, B. Gross (Eds.)", [(), ()]),
        ("A. Weil (with an appendix by B. Gross)", [()]),
        ("A. Weil (Oxford", [("Oxford",)]),
    ],
)  # fmt: skip
def test_affiliations_find_their_authors(written, affiliations):
    assert [places for _, places in read(written)] == affiliations


@pytest.mark.parametrize("unit", ["(", ")", "a,", "(x)", "a(1),", "\\'", "{\\c ", "."])
def test_nonsense_is_read_without_an_error(unit):
    read(unit * 10_000)
