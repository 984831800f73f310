"""The page of results: what it shows, to whom, and that nothing typed breaks it."""

import os
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.models import Entry, Paper
from kb.models.entries import Status
from kb.ops import summaries
from kb.search import index
from kb.search.query import LENGTH, parse
from tests.factories import (
    NOW,
    blog,
    milestone,
    note,
    paper,
    person,
    topic_at,
    with_comment,
)

pytestmark = pytest.mark.django_db

# As many as the suite has time for. More, say before a release:
# SEARCH_EXAMPLES=5000 make test ARGS="tests/web/test_search.py -k nothing_typed"
EXAMPLES = int(os.environ.get("SEARCH_EXAMPLES", "1000"))


@pytest.fixture
def library(member, library_index):
    """A few entries that differ, in an index."""
    train = topic_at(["Engineer", "train"])
    agent = topic_at(["Agent"])
    longnet = paper(topics=[train], tags=["attention"])
    Paper.objects.filter(pk=longnet.pk).update(
        abstract="Scaling <b> Transformers to a billion tokens.",
        authors=[{"name": "Jiayu Ding", "affiliations": []}],
        published_at="2023-07-05T00:00:00Z",
    )
    summaries.save(
        longnet, "zh", "用**膨胀注意力**扩展上下文", base=0, by=None, now=NOW
    )
    summaries.save(longnet, "en", "Dilated attention", base=0, by=None, now=NOW)
    makers = paper("2305.17126", "Tool Makers", topics=[agent], tags=["attention"])
    Paper.objects.filter(pk=makers.pk).update(
        abstract="Language models make tools with attention.",
        published_at="2024-05-26T00:00:00Z",
    )
    blog(title="A post on attention", topics=[agent])
    library_index()
    return {"longnet": longnet, "makers": makers}


def text_of(response):
    """What a page says, without its elements."""
    return unescape(re.sub(r"<[^>]*>", "", response.content.decode()))


def titles(response):
    return [hit.entry.title for hit in response.context["hits"]]


def search(client, q, **query):
    response = client.get("/search/", {"q": q, **query})
    assert response.status_code == 200
    return response


# --- What is found -------------------------------------------------------------------


def test_what_was_asked_for_is_marked_where_it_stands(client, library):
    page = search(client, "膨胀注意力").content.decode()

    assert "用<mark>膨胀注意力</mark>扩展上下文" in page
    assert 'lang="zh-Hans"' in page


def test_the_excerpt_is_in_the_language_of_the_reader_if_both_say_it(client, library):
    summaries.save(library["makers"], "zh", "工具 attention", base=0, by=None, now=NOW)
    summaries.save(library["makers"], "en", "Attention!", base=0, by=None, now=NOW)

    for language, said in (("zh-hans", "zh"), ("en", "en")):
        response = client.get(
            "/search/?q=attention", headers={"accept-language": language}
        )
        (hit,) = [
            h for h in response.context["hits"] if h.entry.id == library["makers"].pk
        ]
        assert hit.excerpt.language == said


@pytest.mark.parametrize(
    ("q", "where"),
    [
        ("dilated", "Summary"),
        ("billion", "Abstract"),
        ("Jiayu", "Authors"),
        ("LongNet", ""),  # the title does; how the summary begins is shown
    ],
)
def test_the_excerpt_says_which_text_it_is_of(client, library, q, where):
    (hit,) = search(client, q).context["hits"]

    assert hit.excerpt.where == where


def test_what_people_wrote_is_never_html(client, library):
    page = search(client, "billion <b>x</b>&\"'").content.decode()
    found = search(client, "billion").content.decode()

    assert "<b>" not in page
    assert "Scaling &lt;b&gt; Transformers" in found


def test_a_row_names_the_topic_with_those_above_it(client, library):
    assert "Engineer \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} train" in text_of(
        search(client, "longnet")
    )


def test_queries_do_not_grow_with_rows(client, library, library_index):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            search(client, "attention")
        return seen

    few = queries()
    topic = topic_at(["Model", "moe"])
    for n in range(15):
        more = paper(
            f"2301.{n + 1:05}", f"attention {n}", topics=[topic], tags=[f"t{n}"]
        )
        summaries.save(more, "en", f"attention {n}", base=0, by=None, now=NOW)
        milestone(more, at=timezone.now())
    library_index()
    many = queries()

    assert len(many) == len(few) <= 18
    slow = [row["sql"] for row in many if "generate_series" in row["sql"]]
    assert slow == []  # the counts of the whole tree


# --- Narrowing -----------------------------------------------------------------------


def lines(response, field):
    """The lines of a facet, those of the tree in the order of the page."""
    (facet,) = [f for f in response.context["facets"] if f.field == field]

    def below(some):
        for line in some:
            yield line
            yield from below(line.below)

    return list(below(facet.lines))


@pytest.mark.parametrize("q", ["attention", "", "attention kind:paper", "topic:agent"])
def test_each_line_at_the_side_leads_to_as_many_as_it_says(client, library, q):
    response = search(client, q)
    followed = 0
    for facet in response.context["facets"]:
        for line in lines(response, facet.field):
            if line.chosen:
                continue
            there = client.get(f"/search/{line.href}")
            assert there.context["page"].paginator.count == line.count, line
            followed += 1

    assert followed > 5


def test_the_tree_at_the_side_is_nested_and_has_no_empty_topic(client, library):
    topic_at(["Model"])

    (facet,) = [
        f for f in search(client, "attention").context["facets"] if f.field == "topic"
    ]

    tree = [(top.label, [below.label for below in top.below]) for top in facet.lines]
    assert tree == [("Engineer", ["train"]), ("Agent", [])]


def test_a_chosen_line_takes_itself_off(client, library):
    response = search(client, "attention topic:engineer/train kind:paper")

    (train,) = [line for line in lines(response, "topic") if line.label == "train"]
    (papers,) = [line for line in lines(response, "kind") if line.chosen]
    assert train.chosen
    left = [
        client.get(f"/search/{line.href}").context["sought"] for line in (train, papers)
    ]
    assert left == ["attention kind:paper", "attention topic:engineer/train"]


def test_another_line_of_a_facet_takes_the_place_of_the_chosen(client, library):
    response = search(client, "year:2023 sort:title")

    (other,) = [line for line in lines(response, "year") if line.label == "2024"]
    assert titles(client.get(f"/search/{other.href}")) == ["Tool Makers"]


def test_rows_tell_what_happened_lately_and_what_is_withdrawn(client, library):
    now = timezone.now()
    milestone(library["makers"], version=3, at=now - timedelta(days=2))
    milestone(library["makers"], version=2, at=now - timedelta(days=200))
    with_comment(library["longnet"], "wrong", withdrawn=True)

    text = text_of(search(client, "attention")).replace("\xa0", " ")

    assert "v3 · 2 days ago" in text
    assert "v2" not in text
    assert text.count("Withdrawn by its authors") == 1


def test_every_part_of_a_query_can_be_taken_off(client, library):
    chips = search(client, 'attention -tool "a post"').context["chips"]

    assert [chip.label for chip in chips] == ["attention", "-tool", '"a post"']
    left = [client.get(f"/search/{chip.href}").context["sought"] for chip in chips]
    assert left == ['-tool "a post"', 'attention "a post"', "attention -tool"]


def test_orders_are_links(client, library):
    orders = search(client, "attention").context["orders"]

    (by_title,) = [order for order in orders if "title" in order.href]
    response = client.get(f"/search/{by_title.href}")
    assert titles(response) == sorted(titles(response))
    assert [o.chosen for o in response.context["orders"]] == [
        order is by_title for order in orders
    ]


def test_pages_go_on_and_the_last_stands_for_those_after_it(
    client, member, library_index
):
    for n in range(25):
        paper(f"2301.{n + 1:05}", f"Paper {n}")
    library_index()

    first, second = search(client, "paper"), search(client, "paper", page=2)
    far = search(client, "paper", page=99)

    assert len(first.context["hits"]) == 20
    assert len(second.context["hits"]) == 5
    assert len({*titles(first), *titles(second)}) == 25
    assert titles(far) == titles(second)
    assert "?q=paper&amp;page=2" in first.content.decode()


@pytest.mark.parametrize("typing", [True, False])
def test_what_leads_on_from_an_answer_finds_what_the_answer_says(
    client, member, library_index, typing
):
    for n in range(25):
        paper(f"2301.{n + 1:05}", f"Network {n}", tags=["moe"])
    for n in range(4):
        paper(f"2302.{n + 1:05}", f"The net {n}", tags=["moe"])
    library_index()
    address = "/search/?q=net&typing=1" if typing else "/search/?q=net"

    answer = client.get(address, headers={"hx-request": "true"})
    links = re.findall(r'href="(\?q=[^"]+)"', answer.content.decode())
    onward = [unescape(one) for one in links if "sort" in one or "tag" in one]
    pages = [unescape(one) for one in links if "page=" in one]

    found = answer.context["page"].paginator.count
    assert found == (29 if typing else 4)
    assert len(onward) >= 3
    assert bool(pages) == typing
    for href in ["?" + address.partition("?")[2], *onward, *pages]:
        there = client.get(f"/search/{href}")
        assert there.context["page"].paginator.count == found, href


def test_a_space_says_that_the_last_word_is_whole(client, library):
    response = client.get("/search/?q=atten&typing=1")
    whole = client.get("/search/?q=atten+&typing=1")

    assert "No entry has" not in text_of(response)
    assert "No entry has" in text_of(whole)


def test_a_topic_of_the_same_name_in_the_other_script_is_not_chosen(
    client, member, library_index
):
    for number, name in enumerate(["訓練", "训练"], 1):
        paper(f"2301.{number:05}", name, topics=[topic_at([name])])
    library_index()

    chosen = [
        line.label
        for line in lines(search(client, "topic:训练"), "topic")
        if line.chosen
    ]

    assert chosen == ["训练"]


# --- When there is nothing to show ---------------------------------------------------


def test_before_anything_is_asked_it_shows_how_to(client, library):
    response = search(client, "")

    assert '<details class="help" open>' in response.content.decode()
    assert response.context["facets"]
    assert "hits" not in response.context


def test_what_is_not_found_is_told_with_what_may_help(client, library):
    response = search(client, "attenton kind:blog")

    said = text_of(response)
    assert "Nothing was found" in said
    assert response.context["suggestion"].label == "attention kind:blog"
    assert "Close to it" in said
    assert titles(response) == ["A post on attention"]


def test_filters_that_leave_nothing_can_be_dropped(client, library):
    response = search(client, "billion kind:blog")

    there = client.get(f"/search/{response.context['only_words']}")
    assert titles(there) == ["LongNet"]


def test_an_empty_library_says_so(client, member, library_index):
    library_index()

    for q in ("", "anything"):
        said = text_of(search(client, q))
        assert "Nothing is in the library yet" in said


def test_while_the_index_is_built_the_page_says_how_far_it_is(
    client, member, settings, tmp_path
):
    settings.SEARCH_DIR = tmp_path / "search"
    settings.SEARCH_DIR.mkdir()
    paper()
    before = text_of(search(client, "moe"))
    index.tell(30, 120)
    during = search(client, "moe")

    assert "The index is being built" in before
    assert "30 / 120" in text_of(during)
    assert 'value="moe"' in during.content.decode()
    assert client.get("/search/suggest/?q=moe").status_code == 200
    assert client.get(Entry.objects.get().get_absolute_url()).status_code == 200


@pytest.mark.parametrize("q", ["author:+++", "tag:///", "topic:+", "by:++"])
def test_a_filter_without_a_word_is_said_and_finds_nothing(client, library, q):
    response = search(client, q)

    assert response.context["page"].paginator.count == 0
    assert f"“{q}” has no word to search for." in text_of(response)


def test_an_index_behind_the_database_says_so(client, library):
    Entry.objects.update(status=Status.ARCHIVED)

    assert "is being brought up to date" in text_of(search(client, "attention"))


def test_every_example_of_the_help_is_understood(client, library):
    page = search(client, "").content.decode()
    hrefs = re.findall(r'<a href="(/search/\?q=[^"]+)"><code>', page)
    known = {"tag:moe", "topic:agent", "主题:推理"}  # which need not be there

    assert len(hrefs) > 20
    for href in map(unescape, hrefs):
        response = client.get(href)
        text = response.context["sought"]
        assert parse(text, today=NOW.date()).notices == (), text
        assert text in known or response.context["notices"] == [], text


def test_more_than_is_read_goes_no_further(client, library):
    response = search(client, "attention " * 10_000)

    assert len(response.context["sought"]) == LENGTH
    assert "Only the beginning was read" in text_of(response)


# --- As somebody types ---------------------------------------------------------------


def test_htmx_gets_the_results_alone(client, library):
    whole = search(client, "attention")
    part = client.get("/search/?q=atten", headers={"hx-request": "true"})

    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'id="found"' in part.content.decode()
    assert "<title>atten · " in part.content.decode()
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]
    assert len(titles(part)) == 3  # "atten" may be the beginning of a word


def test_topics_tags_and_authors_are_suggested(client, library):
    page = client.get(
        "/search/suggest/?q=billion+att",
        headers={"hx-request": "true", "hx-target": "search-suggestions"},
    ).content.decode()

    (option,) = re.findall("<li.*?</li>", page, re.DOTALL)
    assert 'role="option"' in option
    assert 'id="search-suggestions-1"' in option
    assert 'data-q="billion tag:attention' in option


# --- Of a topic, and of an entry -----------------------------------------------------


def test_the_box_of_a_topic_searches_below_it(client, library):
    page = client.get("/topics/engineer/").content.decode()
    assert '<input type="hidden" name="within" value="engineer">' in page

    response = client.get("/search/?q=attention&within=engineer", follow=True)

    assert response.redirect_chain == [("/search/?q=topic%3Aengineer+attention", 302)]
    assert titles(response) == ["LongNet"]


def test_the_box_of_a_topic_keeps_what_was_typed(client, library):
    odd = client.get("/search/?q=foo:bar&within=agent", follow=True)
    long = client.get("/search/", {"q": "a " * 50, "within": "agent"}, follow=True)

    assert "“foo” is nothing to filter by" in text_of(odd)
    assert long.context["asked"].parts[0].source == "topic:agent"
    assert "Only the beginning was read" in text_of(long)


def test_a_topic_that_is_gone_is_said_and_everything_searched(client, library):
    for address in ("nowhere", "a\0b", "x" * 5000):
        response = search(client, "billion", within=address)

        assert titles(response) == ["LongNet"]
        assert "There is no topic" in text_of(response)


def test_an_entry_shows_what_is_like_it(client, library, library_index):
    topic = topic_at(["Model"])
    for n in range(8):
        more = paper(f"2301.{n + 1:05}", f"Dilated attention {n}", topics=[topic])
        summaries.save(more, "en", "Dilated attention", base=0, by=None, now=NOW)
    library_index()

    page = text_of(client.get(library["longnet"].get_absolute_url()))

    assert "Related entries" in page
    assert 1 <= page.count("Dilated attention ") <= 5


def test_an_entry_with_nothing_like_it_has_no_heading_for_it(
    client, member, library_index
):
    alone = paper()
    library_index()

    assert "Related" not in client.get(alone.get_absolute_url()).content.decode()


# --- Who sees what -------------------------------------------------------------------


def test_a_private_note_is_found_and_shown_by_its_author_alone(
    client, member, library_index
):
    entry = paper()
    note(entry, "my **secretword** here", by=member)
    library_index()
    other = Client()
    other.force_login(person("zhao"))

    mine, theirs = search(client, "secretword"), search(other, "secretword")

    assert "<mark>secretword</mark>" in mine.content.decode()
    assert mine.context["hits"][0].excerpt.where == "Note"
    assert theirs.context["hits"] == []
    assert theirs.content.decode().count("secretword") == search(
        other, "otherword"
    ).content.decode().count("otherword")


def test_a_note_of_another_is_no_excerpt_of_an_entry_both_find(
    client, member, library_index
):
    entry = paper(title="Experts")
    note(entry, "experts secretword", by=person("zhao"))
    note(entry, "experts for the team", by=person("qian"), visibility="team")
    library_index()

    page = search(client, "experts").content.decode()

    assert "secretword" not in page
    assert "for the team" in page


def test_what_was_put_away_since_is_not_shown(client, library):
    Entry.objects.filter(title="LongNet").update(status=Status.ARCHIVED)

    assert search(client, "billion").context["hits"] == []


def test_readers_search_what_is_listed_where_everyone_may_read(
    library, settings, library_index
):
    Entry.objects.filter(title="Tool Makers").update(status=Status.INBOX)
    note(library["longnet"], "billion teamword", by=person("sun"), visibility="team")
    library_index()
    settings.READABLE_BY = "everyone"
    reader = Client()

    assert "Tool Makers" not in text_of(search(reader, "attention tools"))
    assert titles(search(reader, "billion")) == ["LongNet"]
    assert "billion teamword" not in text_of(search(reader, "teamword"))
    assert "Log in to search" in text_of(search(reader, "is:starred"))
    assert '<input id="search"' in reader.get("/").content.decode()
    assert reader.get("/search/suggest/?q=att").status_code == 200


def test_strangers_are_shown_no_box(client):
    assert "<search-box" not in client.get("/account/login/").content.decode()


# --- Anything at all -----------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        *(
            "q=",
            "q",
            "q=%00",
            "q=a%00b",
            "q=%ED%A0%80",
            "q=%ff%fe",
            "q=%zz",
            "q=%E5%A4",
        ),
        *("q=%F0%9F%98%80", "q=x&q=y", "page=2", "q=attention&page=abc"),
        *(
            "q=attention&page=-1",
            "q=attention&page=0",
            "q=attention&page=" + "9" * 5000,
        ),
        *("q=attention&page=1e9", "q=attention&page=%00", "q=attention&page="),
        *("q=" + "a+" * 50_000, "q=" + "%E8%AF%AD" * 12_000, "q=" + "(" * 100_000),
        *("q=%22%22", "q=-", "q=OR", "q=topic:", "q=year:9999999999999999999"),
        *(
            "q=added:2026-02-31",
            "within=",
            "within=%00",
            "within=agent",
            "q=sort:title",
        ),
    ],
    ids=lambda query: query[:40],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_odd_addresses_are_no_errors(client, library, query, htmx):
    headers = {"hx-request": "true"} if htmx else {}

    for address in ("/search/", "/search/suggest/"):
        response = client.get(f"{address}?{query}", headers=headers, follow=True)
        assert response.status_code == 200
        assert len(response.content) < 100_000 + 5 * len(query)


WORDS = st.sampled_from(
    [
        *(
            "attention",
            "atten",
            "微调",
            "调",
            "膨胀注意力",
            "gpt3.5",
            "FLAN-MoE",
            '"',
            "“",
        ),
        *(
            "-",
            "OR",
            "或",
            "(",
            ")",
            "topic:",
            "topic:agent",
            "主题:",
            "tag:x",
            "year:",
        ),
        *("year:2023..2024", "added:>2026-01", "is:unread", "is:inbox", "has:note"),
        *(
            "author:“李",
            "sort:title",
            "kind:paper",
            "lang:zh",
            "by:me",
            "cat:cs.*",
            "..",
        ),
        *(
            "2307.02486v2",
            "https://arxiv.org/abs//2307.02486",
            "\x00",
            "\u202e",
            "\U0001f600",
        ),
    ]
)
QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=8).map(" ".join),
    st.lists(WORDS, max_size=8).map("".join),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(q=QUERIES, htmx=st.booleans(), page=st.sampled_from(["", "2", "x"]))
def test_nothing_typed_is_an_error(client, library, q, htmx, page):
    headers = {"hx-request": "true"} if htmx else {}

    response = client.get("/search/", {"q": q, "page": page}, headers=headers)

    assert response.status_code == 200
    assert 'id="found"' in response.content.decode()
