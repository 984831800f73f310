"""Why nothing was fetched, for the person who gave the address."""

from kb.text.sentences import Sentence


class NotFetched(Exception):
    """What happened, to what, and what to do: `sentence`, in English."""

    def __init__(self, template: str, /, **values: str | int) -> None:
        """Make the sentence of a template and its values."""
        self.sentence = Sentence(template, **values)
        super().__init__(self.sentence)
