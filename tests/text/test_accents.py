import pytest

from kb.text.accents import decode


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        (r"W\"ubben W\"{u}bben W{\"u}bben W{\"{u}}bben", "Wübben " * 4),
        (r"\'Eric B\'ezout \`a c\^ot\'e Mu\~noz", "Éric Bézout à côté Muñoz"),
        (r"Fran\c{c}a Fran\c ca Ko\v{s}ice Erd\H{o}s", "França França Košice Erdős"),
        (r"\L{}ukasz {\L}ukasz Stanis{\l}awa", "Łukasz Łukasz Stanisława"),
        (r"{\O}bro S\o ren Wei{\ss} \AA{}ngstr\"om", "Øbro Søren Weiß Ångström"),
        (r"Garc\'{\i}a Garc\'\i{}a", "García Garc\u00ed{}a"),
        (r"a\.z \=o \u{g} \k{e} \r{a}", "aż ō ğ ę å"),
        (r"$\alpha$ \cite{x} \oint \Large", r"$\alpha$ \cite{x} \oint \Large"),
        ("C:\\temp 100\\%", "C:\\temp 100\\%"),
        ("plain 王小明", "plain 王小明"),
    ],
)
def test_accents_become_letters_and_the_rest_stays(written, letters):
    assert decode(written).strip() == letters.strip()
