"""Texts at the size limit that make a careless renderer slow, or deeply recursive."""

LIMIT = 64 * 1024


def _filled(unit: str, prefix: str = "", suffix: str = "") -> str:
    """Return as many whole `unit`s as fit between the two."""
    room = LIMIT - len((prefix + suffix).encode())
    return prefix + unit * (room // len(unit.encode())) + suffix


def _halves(opening: str, closing: str, core: str = "") -> str:
    count = (LIMIT - len(core)) // len(opening + closing)
    return opening * count + core + closing * count


PATHOLOGICAL: dict[str, str] = {
    "open brackets": _filled("["),
    "nested brackets": _halves("[", "]", "a"),
    "nested links": _halves("[", "](b)", "a"),
    "nested images": _halves("![", "](b)", "a"),
    "open images": _filled("!["),
    "half links": _filled("[a](<b"),
    "links with open titles": _filled('[a](b "c'),
    "link brackets": _filled("(", prefix="[a]("),
    "many references": _filled("[a]", prefix=f"[a]: /{'b' * 30_000}\n\n"),
    "unused definition labels": _filled("[a]: b\n"),
    "asterisks": _filled("*"),
    "strong runs": _filled("**a "),
    "nested emphasis": _halves("*a ", " a*"),
    "underscores": _filled("_a__b_"),
    "mixed emphasis": _filled("a**b" + "c* "),
    "tildes": _filled("~~a~"),
    "quotes": _filled(">"),
    "quotes line by line": "\n".join("> " * (n % 60) + "a" for n in range(1_000)),
    "bullets on one line": _filled("- ", suffix="a"),
    "deep lists": "\n".join("  " * n + "- a" for n in range(250)),
    "tasks": _filled("- [ ] a\n"),
    "list of quotes": _filled("- > "),
    "lazy lines of deep quotes": _filled("a\n", prefix="> " * 60),
    "lazy lines of deep lists": _filled("a\n", prefix="- " * 60),
    "quotes and lists": _filled("> - " * 20 + "a\n"),
    "growing quotes": _filled("".join("> " * n + "a\n" for n in range(40))),
    "wide tables": _filled(f"{'|a' * 50}\n{'|-' * 50}\n" + "a\n" * 1_000 + "\n"),
    "long table": _filled("|a|b|\n", prefix="|a|b|\n|-|-|\n"),
    "table row of pipes": _filled("|"),
    "entities": _filled("&amp;"),
    "half entities": _filled("&"),
    "long entity": _filled("a", prefix="&"),
    "backticks": _filled("`"),
    "growing backticks": " ".join("`" * n for n in range(1, 350)),
    "open code": _filled("`a``b"),
    "fences": _filled("```\n"),
    "open fences in items": _filled("- ```\n"),
    "dollars": _filled("$"),
    "open formulas": _filled("$a "),
    "escaped dollars": _filled(r"\$", prefix="$a"),
    "short formulas": _filled("$a$ "),
    "different formulas": " ".join(f"$x_{{{n}}}$" for n in range(6_000)),
    "long formula": "$" + r"\frac{a}{b}+" * 5_000 + "$",
    "braces": f"${_halves('{', '}')[: LIMIT - 2]}$",
    "roots": " ".join(["$" + r"\sqrt" * 190 + "{a}$"] * 60),
    "subscripts": " ".join(["$" + "x_{" * 240 + "}" * 240 + "$"] * 60),
    "delimiters": " ".join(["$" + r"\left(" * 70 + r"\right)" * 70 + "$"] * 60),
    "growing macros": " ".join(
        [r"$\def\a{xx}" + r"\def\a{\a\a}" * 60 + r"\a$"] * 60,
    ),
    "matrices": " ".join([r"$\begin{matrix}" + "&" * 900 + r"\end{matrix}$"] * 60),
    "open display formulas": _filled("$$a\n"),
    "open display formulas in items": _filled("- $$a\n"),
    "backslashes": _filled("\\"),
    "html": _filled("<a "),
    "comments": _filled("<!-- "),
    "declarations": _filled("<!A "),
    "instructions": _filled("<?"),
    "autolinks": _filled("<http://a"),
    "long address": _filled("a", prefix="https://"),
    "address of brackets": _filled("(", prefix="https://a/"),
    "address of closing brackets": _filled(")", prefix="https://a/"),
    "address of full stops": _filled(".", prefix="https://a/"),
    "repeated schemes": _filled("https://"),
    "Chinese address": _filled("字", prefix="https://a/"),
    "footnotes": _filled("[^1]", prefix="[^1]: a\n\n"),
    "half footnotes": _filled("[^", prefix="[^1]: a\n\n"),
    "footnote definitions": "".join(f"[^{n}]: a\n\n" for n in range(5_000)),
    "nested footnotes": _filled("[^1]: "),
}
