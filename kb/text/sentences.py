"""English sentences that others can say again in a reader's language."""

from typing import Self


class Sentence(str):
    """An English text that remembers how it was made.

    `template` is what translators see; `values` fill its %(named)s places, if any.

    >>> said = Sentence("%(name)s is empty.", name="list.md")
    >>> said, said.template, said.values
    ('list.md is empty.', '%(name)s is empty.', {'name': 'list.md'})
    """

    template: str
    values: dict[str, str | int]

    def __new__(cls, template: str, /, **values: str | int) -> Self:
        """Fill in the values; without any, the template is the sentence."""
        sentence = super().__new__(cls, template % values if values else template)
        sentence.template, sentence.values = template, values
        return sentence

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str | int]]:
        """Tell copy and pickle how to make it again."""
        return (self.template,), self.values
