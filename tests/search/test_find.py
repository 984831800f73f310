from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random

import pytest
from taggit.models import Tag

from kb.models import Blog, Entry, Paper, Topic
from kb.ops import resources, summaries
from kb.search import index
from kb.search.find import FACETS
from kb.search.query import filter_source
from tests.factories import (
    NOW,
    blog,
    note,
    paper,
    person,
    read,
    resource,
    starred,
    topic_at,
)
from tests.search.asking import counts, entry, found, fullwidth, ids, people
from tests.search.asking import read as read_query

pytestmark = pytest.mark.django_db


def summarise(key, language, text, by=None):
    entry = Entry.objects.get(pk=key)
    summaries.save(entry, language, text, base=0, by=by, now=NOW)


CHINESE = "大规模混合专家模型的指令微调：方法、数据与评测"


# --- What is found ----------------------------------------------------------------


def test_there_must_be_an_index(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "none"

    with pytest.raises(index.NotBuilt):
        found("moe")


def test_every_part_of_chinese_of_any_length_is_found(library_index):
    own = entry(CHINESE, 1)
    entry("另一篇文章", 2)
    library_index()

    run = CHINESE.partition("：")[0]
    parts = {run[a : a + n] for n in (1, 2, 3, 4, 7) for a in range(len(run) - n + 1)}
    missed = [part for part in parts if ids(part) != [own]]

    assert missed == []
    assert len(parts) > 50
    assert ids("混合模型") == []


def test_chinese_is_found_at_the_border_of_scripts(library_index):
    own = entry("用LoRA做指令微调很快", 1)
    library_index()

    for query in ("LoRA做", "用LoRA", "moe OR lora做指令", '"用LoRA做指令"', "用 微调"):
        assert ids(query) == [own], query
    assert ids('"LoRA 微调"') == []


def test_mixed_queries_need_no_space(library_index):
    own = entry("FLAN-MoE 的指令微调", 1)
    entry("指令微调", 2)
    library_index()

    assert ids("moe 指令微调") == ids("moe指令微调") == ids("指令微调moe") == [own]


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("FLAN-MoE models", ["flan moe", "FLAN-MoE", "MOE", "Models", "model"]),
        ("From GPT-3.5 on", ["gpt3.5", "GPT-3.5", "gpt 3.5", fullwidth("GPT3.5")]),
        ("FLANv2 data", ["flan v2", "flanv2", "FLAN-v2"]),
        ("強化學習", ["强化学习", "強化學習", "強化", "学习"]),
        ("Gödel's proof", ["godel", "Gödel", "GODEL'S"]),
    ],
)
def test_written_forms_meet(title, queries, library_index):
    own = entry(title, 1)
    library_index()

    assert {query: ids(query) for query in queries} == {
        query: [own] for query in queries
    }


@pytest.mark.parametrize(
    "query",
    [
        *("2307.02486", "arXiv:2307.02486", "2307.02486v2", "arxiv: 2307.02486"),
        *("https://arxiv.org/abs/2307.02486v1", "arxiv.org/pdf/2307.02486"),
        *("10.48550/arXiv.2307.02486", "https://huggingface.co/papers/2307.02486"),
        "longnet 2307.02486",
    ],
)
def test_an_arxiv_id_is_found_in_every_written_form(query, library_index):
    own = paper("2307.02486", "LongNet").pk
    paper("2307.02487", "Other LongNet")
    library_index()

    assert ids(query) == [own]


def test_a_doi_and_an_address_are_found(library_index):
    doi = paper("10.1145/3442188.3445922", "Stochastic parrots").pk
    post = blog("https://example.org/2023/post?utm_source=x", "A post").pk
    library_index()

    for query in ("10.1145/3442188.3445922", "doi:10.1145/3442188.3445922"):
        assert ids(query) == ids(f"https://doi.org/{query[-23:]}") == [doi]
    for query in ("https://example.org/2023/post", "example.org/2023/post"):
        assert ids(query) == [post]


def test_all_that_is_public_of_an_entry_is_found(library_index):
    own = entry(
        "Title",
        1,
        topics=[topic_at(["Engineer", "Quantisation"])],
        tags=["lowbit"],
        abstract="about dilation",
        comment="oral presentation",
        journal_ref="NeurIPS",
        authors=people("Ashish Vaswani"),
    )
    summarise(own, "zh", "**扩张**注意力")
    post = blog().pk
    Blog.objects.filter(pk=post).update(site="Lil'Log", author="Lilian Weng")
    library_index()

    for query in (
        *("title", "engineer", "quantisation", "lowbit", "dilation", "oral"),
        *("neurips", "vaswani", "ashish vaswani", "扩张注意力"),
    ):
        assert ids(query) == [own], query
    assert ids("lilian weng") == ids("lil'log") == [post]


def test_a_phrase_is_found_in_its_order_alone_and_within_one_text(library_index):
    own = entry("Language of models", 1, abstract="a language model")
    entry("Model language", 2)
    entry("A language", 3, abstract="model")
    library_index()

    assert ids('"language model"') == [own]
    assert ids('"models a"') == []
    assert len(ids("language model")) == 3


def test_not_and_or(library_index):
    dense, sparse, both = (
        entry("dense", 1),
        entry("sparse", 2),
        entry("dense sparse", 3),
    )
    library_index()

    assert set(ids("dense OR sparse")) == {dense, sparse, both}
    assert ids("dense -sparse") == [dense]
    assert ids("-dense") == [sparse]
    assert ids("-dense -sparse") == []
    assert set(ids("-dense OR dense")) == {dense, sparse, both}
    assert ids('-"dense sparse" sparse') == [sparse]


def test_what_is_archived_deleted_or_changed_is_found_no_more(library_index):
    own = entry("sparse", 1)
    gone = entry("sparse too", 2)
    other = entry("sparse again", 3)
    library_index()
    assert found("sparse").total == 3

    Entry.objects.filter(pk=own).update(status="archived")
    Entry.objects.get(pk=gone).delete()
    Entry.objects.filter(pk=other).update(title="dense")
    library_index()

    assert found("sparse", facets=["kind"]).total == 0
    assert counts("", "kind") == {"paper": 1}


def test_words_begin_so_while_typing_or_when_nothing_else_is_found(library_index):
    own = entry("Transformers of happiness", 1, abstract="Vaswani")
    other = entry("Transfer", 2)
    library_index()

    assert set(ids("transf", typing=True)) == {own, other}
    assert ids("happin", typing=True) == ids("of happ", typing=True) == [own]
    assert ids("transf of", typing=True) == []
    assert ids('"transf"', typing=True) == []
    assert ids("t", typing=True) == []
    answer = found("transf")
    assert set(answer.ids) == {own, other}
    assert answer.typing
    assert [str(notice) for notice in answer.notices] == [
        "No entry has “transf”: these have words that begin so."
    ]
    assert not found("transfer").typing
    assert found("xyzzyx").notices == ()


def test_a_word_in_pieces_may_be_typed_too(library_index):
    own = entry("FLAN-MoE", 1)
    library_index()

    assert ids("flan-mo", typing=True) == [own]
    assert ids("gpt-mo", typing=True) == []


# --- Filters ---------------------------------------------------------------------


def test_filters_of_what_an_entry_is(library_index):
    own = entry(
        "English title",
        1,
        abstract="see https://github.com/x/y",
        categories=["cs.CL", "stat.ML"],
        authors=people("Li Dong", "Dong Li"),
        published_at=datetime(2023, 7, 5, tzinfo=UTC),
        withdrawn=True,
    )
    summarise(own, "zh", "笔记")
    other = blog(title="中文文章").pk
    Blog.objects.filter(pk=other).update(author="Li", published_on=date(2024, 1, 1))
    library_index()

    expected = {
        own: [
            *("kind:paper", "cat:cs.CL", "cat:CS.cl", "cat:cs", "cat:stat"),
            *(
                "has:summary",
                "has:code",
                "is:withdrawn",
                "year:2023",
                "year:2022..2023",
            ),
            *("year:..2023", "author:dong", 'author:"Li Dong"', "author:li_dong"),
            *("-kind:blog", "-year:2024", "lang:zh kind:paper"),
        ],
        other: [
            *("kind:blog", "year:2024", "year:>2023", "-has:summary", "-has:code"),
            *("-is:withdrawn", "-cat:cs", 'author:"Li"', "lang:zh -has:summary"),
        ],
    }
    for key, queries in expected.items():
        assert {query: ids(query) for query in queries} == {
            query: [key] for query in queries
        }
    assert ids("lang:en") == ids("cat:math") == ids("year:2000..2010") == []
    assert set(ids("lang:zh")) == set(ids("author:li")) == {own, other}


def test_a_link_that_a_member_gave_is_code(library_index):
    own = paper()
    paper("2307.00002")
    link = resource(own, "https://gitlab.com/a/b", by=person())
    library_index()
    assert ids("has:code") == [own.pk]

    resources.take_off(link, by=person("wu"))
    library_index()

    assert ids("has:code") == []


def test_the_day_an_entry_was_added_is_a_day_where_the_library_is(
    library_index, settings
):
    settings.TIME_ZONE = "Asia/Shanghai"
    first = entry("one", 1, now=datetime(2026, 2, 28, 15, 59, 59, tzinfo=UTC))
    second = entry("two", 2, now=datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    library_index()

    assert ids("added:2026-02-28") == ids("added:<2026-03") == [first]
    assert ids("added:2026-03-01") == ids("added:2026-03") == [second]
    assert ids("added:7d") == [second, first]
    assert ids("added:2026-02-28..2026-03-01") == [second, first]
    assert ids("-added:2026-02") == [second]
    assert ids("added:0001-01-01..9999-12-31") == [second, first]


def test_topics_hold_what_is_below_them(library_index):
    train, serve = topic_at(["engineer", "train"]), topic_at(["engineer", "serve"])
    own, other = entry("one", 1, topics=[train]), entry("two", 2, topics=[serve])
    neither = entry("three", 3)
    library_index()

    assert ids("topic:engineer/train") == ids("topic:train") == [own]
    assert set(ids("topic:engineer")) == {own, other}
    assert ids("topic:engineer -topic:train") == [other]
    assert ids("-topic:engineer") == [neither]
    assert set(ids("topic:train OR topic:serve")) == {own, other}


def test_what_is_not_known_is_searched_as_words_and_said_so(library_index):
    own = entry("sparse attention", 1)
    library_index()

    for query in ("topic:sparse", "tag:sparse", 'topic:"sparse attention"'):
        answer = found(query)
        assert answer.ids == [own]
        assert len(answer.notices) == 1
        assert "searched as words" in answer.notices[0]
    assert ids("by:sparse", person()) == [own]


def test_members_filter_by_their_own_marks(library_index):
    li, wang = person("li"), person("wang")
    own, other = entry("one", 1), entry("two", 2)
    starred(Entry.objects.get(pk=own), by=li)
    read(Entry.objects.get(pk=own), by=li)
    starred(Entry.objects.get(pk=other), by=wang)
    library_index()

    assert ids("is:starred", li) == [own]
    assert ids("is:unread", li) == [other]
    assert ids("-is:starred", li) == ids("-is:starred -is:starred", li) == [other]
    assert ids("is:starred", wang) == [other]
    assert set(ids("is:unread", wang)) == {own, other}
    assert set(ids("is:unread OR is:starred", li)) == {own, other}


def test_members_filter_by_who_had_a_hand_in_it(library_index):
    li, wang = person("li"), person("wang")
    added, written = entry("one", 1, by=li), entry("two", 2)
    noted = entry("three", 3)
    summarise(written, "en", "x", by=li)
    note(Entry.objects.get(pk=noted), "a team note", by=li, visibility="team")
    library_index()

    assert set(ids("by:li", wang)) == {added, written, noted}
    assert set(ids("by:me", li)) == set(ids("by:我", li)) == set(ids("by:LI", li))
    assert ids("by:me", wang) == ids("by:wang", li) == []


def test_the_inbox_is_for_members_who_ask_for_it(library_index):
    li = person()
    waiting, listed = entry("sparse", 1), entry("sparse", 2)
    Entry.objects.filter(pk=waiting).update(status="inbox")
    library_index()

    assert ids("sparse", li) == ids("sparse") == ids("-is:inbox", li) == [listed]
    assert ids("is:inbox sparse", li) == ids('is:"inbox"', li) == [waiting]
    assert set(ids("is:inbox OR sparse", li)) == {waiting, listed}
    answer = found("is:inbox sparse")
    assert answer.ids == [listed]
    assert answer.notices


# --- Order -----------------------------------------------------------------------


def test_sorts(library_index):
    old = entry("b", 1, published_at=datetime(2020, 1, 1, tzinfo=UTC))
    new = entry("A", 2, published_at=datetime(2024, 1, 1, tzinfo=UTC))
    Paper.objects.filter(pk=new).update(abstract="c")
    undated = blog(title="C").pk
    Entry.objects.filter(pk=old).update(added_at=NOW + timedelta(days=1))
    library_index()

    assert ids("sort:newest") == [new, old, undated]
    assert ids("sort:added") == [old, undated, new]
    assert ids("sort:title") == [new, old, undated]
    assert ids("") == ids("kind:paper OR kind:blog") == [old, undated, new]


@pytest.mark.parametrize("sort", ["relevance", "newest", "added", "title"])
def test_pages_repeat_and_skip_nothing_also_where_all_is_equal(sort, library_index):
    keys = []
    for number in range(1, 38):
        keys.append(entry("the same title", number))
        if number % 9 == 0:
            library_index()
    library_index()

    pages = [ids(f"title sort:{sort}", first=at, size=5) for at in range(0, 40, 5)]
    listed = [key for page in pages for key in page]

    assert sorted(listed) == keys
    assert listed == ids(f"title sort:{sort}", size=100)
    if sort != "relevance":
        assert listed == (keys if sort == "title" else keys[::-1])


def test_a_page_beyond_the_last_is_empty_and_still_counts(library_index):
    own = entry("sparse", 1)
    library_index()

    for first in (1, 20, 10**12):
        answer = found("sparse", first=first)
        assert (answer.ids, answer.total) == ([], 1)
    assert found("sparse", size=0).total == 1
    assert found("sparse", size=0).ids == []
    assert ids("sparse", size=1) == [own]


def test_a_query_of_nothing_shows_everything(library_index):
    own = entry("sparse", 1)
    library_index()

    assert ids("") == ids("sort:newest") == [own]
    assert found("").total == 1


# --- Facets ----------------------------------------------------------------------

QUERIES = [
    *("", "sparse", "sparse OR 注意力", "-dense", '"sparse attention"', "注意力"),
    *("kind:paper", "year:2020..2022", "topic:a", "topic:a/b sparse", "tag:x -topic:c"),
    *(
        "author:li",
        'author:"Li 3" kind:paper',
        "lang:zh tag:x tag:y",
        "-kind:blog year:2021",
    ),
    *("topic:a OR kind:blog", "is:unread", "is:inbox", "nothingatall"),
]


@pytest.fixture
def library(library_index):
    """A library of many sorts of entries, in an index of several segments."""
    chance = Random(7)  # noqa: S311 (the same library each time)
    user = person()
    tree = [topic_at(path.split("/")) for path in ("a", "a/b", "a/b/d", "c", "e")]
    for number in range(1, 81):
        words = chance.sample(["sparse", "attention", "dense", "注意力", "模型"], 3)
        key = entry(
            " ".join(words),
            number,
            topics=chance.sample(tree, chance.randint(0, 3)),
            tags=chance.sample(["x", "y", "long text", "C++", "长文本"], 2),
            authors=people(*{f"Li {chance.randint(1, 9)}" for _ in range(3)}),
            published_at=datetime(chance.randint(2019, 2024), 5, 1, tzinfo=UTC),
        )
        if not number % 5:
            read(Entry.objects.get(pk=key), by=user)
        if not number % 7:
            Entry.objects.filter(pk=key).update(status="inbox")
        if not number % 16:
            blog(f"https://example.org/{number}", "sparse 注意力", topics=tree[:1])
            library_index()
    Entry.objects.filter(title__startswith="dense").first().delete()
    library_index()
    assert index.reader().num_segments > 1
    return user


def sources(facet):
    """How a value of a facet is written in a query."""
    rows = {"topic": (Topic, "address"), "tag": (Tag, "name")}
    model, field = rows.get(facet, (None, None))
    names = dict(model.objects.values_list("pk", field)) if model else {}
    return lambda value: filter_source(facet, str(names.get(value, value)))


def test_counts_are_what_one_finds_with_the_filter(library):
    for facet in FACETS:
        source = sources(facet)
        for query in QUERIES:
            parts = read_query(query).parts
            own = [p for p in parts if getattr(p.node, "field", "") == facet]
            rest = " ".join(part.source for part in parts if part not in own)
            lines = counts(query, facet, library)

            assert lines == {
                value: found(f"{rest} {source(value)}", library, facets=()).total
                for value in lines
            }, (facet, query)
        assert counts("", facet, library)


def test_all_topics_with_entries_are_counted(library):
    lines = counts("", "topic", library)

    for topic in Topic.objects.all():
        total = found(f"topic:{topic.address}", library).total
        assert lines.get(topic.pk, 0) == total


def test_facets_asked_together_are_those_asked_alone(library):
    for query in QUERIES:
        together = found(query, library, facets=FACETS).facets
        assert list(together) == list(FACETS)
        for facet in FACETS:
            alone = found(query, library, facets=[facet]).facets
            assert together[facet] == alone[facet]


def test_the_most_frequent_come_first_and_endless_facets_are_cut(library_index):
    for number in range(1, 21):
        names = [f"Author {n}" for n in range(number, 21)]
        entry("title", number, tags=names, authors=people(*names))
        if not number % 6:
            library_index()
    library_index()

    for facet in ("tag", "author"):
        lines = found("", facets=[facet]).facets[facet]
        assert [line.count for line in lines] == list(range(20, 5, -1))
    assert counts("", "author")["Author 20"] == 20


def test_authors_are_exact_however_many_parts_the_index_has(library_index):
    chance = Random(3)  # noqa: S311 (the same library each time)
    held = Counter()
    for number in range(1, 61):
        names = {f"Author {int(chance.expovariate(0.05))}" for _ in range(6)}
        held.update(names)
        entry("title", number, authors=people(*names))
        if not number % 15:
            library_index()
    assert index.reader().num_segments > 1

    lines = found("", facets=["author"]).facets["author"]

    expected = sorted(held.items(), key=lambda one: (-one[1], one[0]))[:15]
    assert [(line.value, line.count) for line in lines] == expected


def test_an_author_keeps_the_name_as_it_is_written(library_index):
    names = ["Łukasz Kaiser", "李 沐", "O'Neil, Jr.", "a\\b", "Jean-Luc"]
    entry("title", 1, authors=people(*names))
    library_index()

    assert counts("", "author") == dict.fromkeys(names, 1)


# --- Queries of the database -----------------------------------------------------


def test_a_search_asks_the_database_for_names_alone(
    library_index, django_assert_num_queries
):
    li = person()
    entry("sparse", 1, tags=["x"], topics=[topic_at(["a"])])
    library_index()

    with django_assert_num_queries(0):
        found("sparse kind:paper year:2024", facets=["topic", "year", "author"])
    with django_assert_num_queries(4):
        found("topic:a topic:b OR tag:x tag:X by:li -by:li", li)


def test_a_hyphenated_word_is_found_at_every_letter_of_its_typing(library_index):
    wanted = entry("Fine-tuning language models")
    library_index()

    typed = [f"fine-{'tuning'[:end]}" for end in range(1, 7)]

    assert [ids(text, typing=True) for text in typed] == [[wanted]] * len(typed)


def test_all_words_that_begin_so_are_found_behind_a_hyphen(library_index):
    every = {
        entry(f"Self-re{first}{second} models", number)
        for number, (first, second) in enumerate(product("bcdfghklm", "aeiouyst"), 1)
    }
    library_index()

    assert set(ids("self-re", typing=True, size=100)) == every
    assert len(every) == 72


def test_a_facet_without_its_own_filter_is_counted_where_nothing_is_found(
    library_index,
):
    entry("sparse", 1, topics=[topic_at(["a"])], tags=["x"])
    topic_at(["b"])
    library_index()

    facets = found("sparse topic:b", facets=["topic", "tag"]).facets

    assert [line.count for line in facets["topic"]] == [1]
    assert facets["tag"] == []


def test_an_author_is_exact_whatever_waits_for_review(library_index):
    wanted = entry("Dilated", authors=[{"name": "Wei Zhang"}])
    hidden = entry("Waiting", 2, authors=[{"name": "Wei"}])
    Entry.objects.filter(pk=hidden).update(status="inbox")
    library_index()

    assert ids('author:"Wei"') == [wanted]


def test_a_value_without_a_word_does_not_stand_for_everything(library_index):
    entry("Dilated")
    library_index()

    for query in ("author:+++", 'author:"!!"', "tag:+++", "topic:///", "by:+++"):
        assert ids(query, person(query.replace(":", ""))) == [], query


def test_topics_that_differ_in_script_alone_are_told_apart_by_their_addresses(
    library_index,
):
    old, new = topic_at(["訓練"]), topic_at(["训练"])
    first, second = entry("A", 1, topics=[old]), entry("B", 2, topics=[new])
    library_index()

    assert ids(filter_source("topic", old.address)) == [first]
    assert ids(filter_source("topic", new.address)) == [second]
