from kb.text.remembering import LONGEST, remembering


def test_a_long_text_is_not_kept_in_memory():
    asked = []

    @remembering(4)
    def length(text):
        asked.append(text)
        return len(text)

    short, long = "a" * LONGEST, "a" * (LONGEST + 1)
    assert [length(short), length(short)] == [LONGEST] * 2
    assert [length(long), length(long)] == [LONGEST + 1] * 2
    assert asked == [short, long, long]
