from datetime import UTC, datetime

import pytest

from kb.models import Entry
from kb.ops import summaries
from tests.factories import NOW, note, paper, person, topic_at
from tests.search.asking import entry, ids, people

pytestmark = pytest.mark.django_db

OTHER = "other words of about the same length as those"


def dated(year):
    return {"published_at": datetime(year, 5, 1, tzinfo=UTC)}


def test_titles_come_before_topics_authors_summaries_and_abstracts(library_index):
    in_abstract = entry("b", 1, abstract=f"{OTHER} sparse {OTHER}", **dated(2024))
    in_summary = entry("c", 2, abstract=OTHER * 2, **dated(2024))
    by_author = entry("d", 3, authors=people("Sparse Li"), **dated(2024))
    tagged = entry("e", 4, tags=["sparse"], **dated(2024))
    titled = entry("sparse", 5, **dated(2024))
    written = Entry.objects.get(pk=in_summary)
    summaries.save(written, "en", f"{OTHER} sparse", base=0, by=None, now=NOW)
    for number in range(20):
        entry(f"{OTHER} {number}", 100 + number, abstract=OTHER * 2)
    library_index()

    found = ids("sparse")

    assert found[0] == titled
    assert set(found[1:3]) == {tagged, by_author}
    assert found[3:] == [in_summary, in_abstract]


def test_a_topic_is_what_an_entry_is_about(library_index):
    mentioned = entry("a", 1, abstract="quantisation of quantisation")
    filed = entry("b", 2, topics=[topic_at(["Quantisation"])], abstract=OTHER * 3)
    library_index()

    assert ids("quantisation") == [filed, mentioned]


def test_what_somebody_wrote_comes_before_what_mentions_them(library_index):
    mentioned = entry("a", 1, abstract="Vaswani and Vaswani")
    wrote = entry("b", 2, authors=people("A. Vaswani"), abstract=OTHER * 3)
    library_index()

    assert ids("vaswani") == [wrote, mentioned]


def test_an_arxiv_id_comes_before_all_that_mention_it(library_index):
    for number in range(1, 30):
        title = "2307.02486 " * 5
        entry(title, number, abstract=title * 9, comment=title, **dated(2026))
    own = paper("2307.02486", "Another title").pk
    library_index()

    for query in ("2307.02486", "arXiv:2307.02486v3", "2307.02486 OR title"):
        assert ids(query, size=1) == [own]


def test_words_that_stand_together_come_before_words_apart(library_index):
    apart = entry(f"sparse of {OTHER} for attention", 1, **dated(2024))
    together = entry(f"sparse attention of {OTHER} for", 2, **dated(2023))
    library_index()

    assert ids("sparse attention") == [together, apart]


def test_the_newer_of_two_alike_comes_first(library_index):
    old = entry("sparse attention", 1, **dated(2015))
    new = entry("sparse attention", 2, **dated(2025))
    older = entry("sparse attention", 3, **dated(2005))
    library_index()

    assert ids("sparse") == [new, old, older]


def test_a_title_outweighs_twenty_years(library_index):
    old = entry("Sparse attention", 1, abstract=OTHER, **dated(2005))
    new = entry(OTHER, 2, abstract="sparse attention", **dated(2025))
    library_index()

    assert ids("sparse attention") == [old, new]


def test_filters_change_no_order(library_index):
    topic = topic_at(["rare"])
    best = entry("sparse", 1, **dated(2024))
    filed = entry(f"sparse {OTHER}", 2, topics=[topic], tags=["x"], **dated(2024))
    library_index()

    assert ids("sparse") == [best, filed]
    assert ids("sparse topic:rare OR kind:paper OR tag:x") == [best, filed]
    assert ids("sparse -is:withdrawn") == [best, filed]


def test_a_whole_word_comes_before_words_that_begin_so(library_index):
    longer = entry("transformers", 1, **dated(2025))
    whole = entry("trans", 2, **dated(2015))
    library_index()

    assert ids("trans", typing=True) == [whole, longer]


def test_a_note_finds_but_an_abstract_no_less(library_index):
    li = person()
    noted, titled = entry("a", 1, **dated(2024)), entry("sparse", 2, **dated(2024))
    note(Entry.objects.get(pk=noted), "sparse", by=li)
    library_index()

    assert ids("sparse", li) == [titled, noted]


def test_chinese_ranks_as_english_does(library_index):
    in_abstract = entry("其他文章", 1, abstract="本文讨论指令微调", **dated(2024))
    titled = entry("指令微调综述", 2, abstract="本文讨论", **dated(2024))
    library_index()

    for query in ("指令微调", "指令 微调", "令微", "微调"):
        assert ids(query) == [titled, in_abstract], query


def test_long_and_odd_queries_are_answered(library_index):
    own = entry("sparse attention", 1)
    library_index()

    for query in (
        *("sparse " * 60, "sparse attention " * 30, "-a " * 40, '"' + "的" * 400 + '"'),
        *('"sparse attention" sparse -x', "的", '"a 的"', '"的 a"', "3.5", "v2"),
        *("sparse OR 的 OR attention", "a* OR .* OR [", '"3.5 的"', "sparse\tx\ty"),
    ):
        assert ids(query, typing=True) in ([], [own]), query
    assert ids("sparse " * 60) == ids("sparse attention " * 30) == [own]
