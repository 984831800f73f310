import pytest

from kb.text import markdown
from tests.markup import MATH_ELEMENTS, Markup

FORMULAS = [
    (r"a_i^2", {"msubsup"}),
    (r"O(N^2 d)", {"msup", "mo"}),
    (r"\frac{QK^\top}{\sqrt{d_k}}", {"mfrac", "msqrt", "msub"}),
    (r"\mathrm{softmax}(x)_i", {"mi", "msub"}),
    (r"\sum_{i=1}^{n} x_i", {"msub", "mo"}),
    (r"\prod_{t} p(y_t \mid y_{<t}, x)", {"msub"}),
    (r"\mathcal{L}(\theta) = -\mathbb{E}_{x \sim p}[\log q(x)]", {"mi", "msub"}),
    (r"\int_0^\infty e^{-x}\,dx", {"msubsup", "mspace"}),
    (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", {"mtable", "mtr", "mtd"}),
    (r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}", {"mtable"}),
    (r"\hat{y} = \bar{x} + \vec{v}", {"mover"}),
    (r"\underbrace{a+b}_{n}", {"munder"}),
    (r"\left( \frac{a}{b} \right)", {"mfrac", "mo"}),
    (r"\text{where } x \neq 0", {"mtext"}),
    (r"\nabla_\theta J(\theta) \approx \frac{1}{N}\sum_i R_i", {"msub", "mfrac"}),
    (r"\sqrt[3]{x}", {"mroot"}),
]


@pytest.mark.parametrize(("latex", "wanted"), FORMULAS)
def test_typical_formulas_are_typeset(latex, wanted):
    for source in (f"设 ${latex}$ 为", f"$$\n{latex}\n$$"):
        elements = Markup(markdown.render(source)).elements

        assert elements.count("math") == 1
        assert wanted <= set(elements)
        assert set(elements) <= MATH_ELEMENTS | {"p"}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("$5 and $6", 0),
        ("costs 5$, or 6$", 0),
        ("$ a $", 0),
        (r"\$a\$", 0),
        ("`$a$`", 0),
        ("$a", 0),
        ("$$", 0),
        ("$$$$", 0),
        ("$a\n\nb$", 0),
        ("    $$\n    a\n    $$", 0),
        ("$5 and $a_i^2$", 1),
        ("损失$L$下降", 1),
        ("$a$和$b$", 2),
        ("**$a$**", 1),
        ("x $$a$$ y", 1),
        ("文字：\n$$\na\n$$\n然后", 1),
        ("- $$\n  a\n  $$", 1),
        ("- $$a\n- b$$", 0),
        ("> $$\n> a\n> $$", 1),
        ("|x|\n|-|\n|$a$|", 1),
    ],
)
def test_money_is_not_a_formula(source, count):
    assert Markup(markdown.render(source)).elements.count("math") == count


def test_limits_stand_beside_a_sum_in_a_line_and_above_it_on_display():
    assert "<msubsup>" in markdown.render(r"$\sum_{i}^{n} x$")
    assert "<munderover>" in markdown.render(r"$$\sum_{i}^{n} x$$")


def test_no_mark_in_a_display_formula_is_markdown():
    html = markdown.render("$$\na\n+ b_i * c_i * d\n=\n# e\n$$")

    assert set(Markup(html).elements) <= MATH_ELEMENTS | {"p"}
    assert 'display="block"' in html


def test_less_than_is_less_than():
    assert "<mo>&lt;</mo>" in markdown.render("$a<b$")


@pytest.mark.parametrize(
    "latex",
    [
        r"\frac",
        r"\left( a",
        r"a^b^c",
        r"\begin{matrix} a",
        "{" * 400 + "a" + "}" * 400,
        r"\sqrt" * 150 + "{a}",
        r"\def\a{xx}\a",
        r"\newcommand{\a}{\a\a}\a",
    ],
)
def test_a_formula_that_cannot_be_typeset_is_shown_as_written(latex):
    markup = Markup(markdown.render(f"见 $${latex}$$ 吧"))

    assert markup.elements == ["p", "code"]
    assert markup.text.strip() == f"见 $${latex}$$ 吧"


def test_a_formula_beyond_the_limit_of_length_is_shown_as_written():
    latex = "a+" * 600 + "a"

    for source in (f"${latex}$", f"$${latex}$$"):
        assert Markup(markdown.render(source)).text.strip() == source


def test_formulas_beyond_the_limit_of_one_text_are_shown_as_written():
    markup = Markup(markdown.render("$a$ " * 4_000))

    assert 1_000 < markup.elements.count("math") < 4_000
    assert markup.elements.count("math") + markup.elements.count("code") == 4_000
