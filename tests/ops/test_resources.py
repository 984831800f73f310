from threading import Barrier, Thread

import pytest
from django.db import connection

from kb.models import Resource
from kb.models.history import events
from kb.models.resources import Source
from kb.ops import resources
from kb.ops.acting import acting
from kb.ops.errors import AlreadyLinked, NotUnderstood, OpError
from tests.factories import NOW, blog, paper, person, resource, with_comment

pytestmark = pytest.mark.django_db

COMMENT = r"12 pages. Code at \url{https://github.com/a/b}, models: hf.co/a/m."


def found(entry, comment=COMMENT):
    """Let the machine look at what arXiv says."""
    fetched = with_comment(entry, comment)
    with acting(None, "refresh from arXiv"):
        return resources.found(fetched, now=NOW)


def shown(entry):
    return {one.url: one.kind for one in entry.resources.shown()}


def test_links_in_comment_and_abstract_are_found_once():
    entry = paper()

    assert found(entry) == 2
    assert found(entry) == 0

    assert shown(entry) == {
        "https://github.com/a/b": "code",
        "https://huggingface.co/a/m": "model",
    }
    assert {one.source for one in Resource.objects.all()} == {Source.ARXIV}
    assert {one.added_by for one in Resource.objects.all()} == {None}


def test_what_a_member_took_off_is_not_found_again():
    entry, li = paper(), person()
    found(entry)
    resources.take_off(entry.resources.get(kind="code"), by=li)

    assert found(entry, f"{COMMENT} New: https://GitHub.com/A/b/issues") == 0

    assert list(shown(entry).values()) == ["model"]


def test_what_a_member_gave_is_not_found_again():
    entry = paper()
    resource(entry, "github.com/A/B", label="Ours", by=person())

    assert found(entry) == 1

    assert entry.resources.get(kind="code").label == "Ours"


def test_a_list_of_links_is_not_the_papers_own():
    many = " ".join(f"https://github.com/a/b{n}" for n in range(100))

    assert found(paper(), many) == resources.FOUND


def test_a_link_is_kept_in_its_one_form_with_what_its_address_says():
    entry, li = paper(), person()

    code = resource(entry, "GitHub.com/a/b/tree/main#top", by=li)
    page = resource(entry, " http://Example.ORG/x?utm_source=y ", label="主页", by=li)

    assert (code.url, code.kind) == ("https://github.com/a/b", "code")
    assert (page.url, page.kind) == ("http://example.org/x", "other")
    assert (page.label, page.added_by, page.added_at) == ("主页", li, NOW)


def test_a_member_says_better_what_it_is():
    entry = paper()

    resource(entry, "https://github.com/a/b", "data", by=person())

    assert shown(entry) == {"https://github.com/a/b": "data"}


@pytest.mark.parametrize(
    "address",
    [
        *("", "   ", "javascript:alert(1)", "data:text/html,x", "ftp://a.example/"),
        *("https://", "https://user:secret@a.example/", "words", "https://a b.example"),
        *("/local", "https://a.example/\x00", f"https://a.example/{'a' * 2000}"),
    ],
)
def test_what_is_no_web_address_is_refused_in_words(address):
    with pytest.raises(NotUnderstood, match="not a web address"):
        resource(paper(), address, by=person())

    assert not Resource.objects.exists()


def test_a_link_stands_once_on_an_entry():
    entry, li = paper(), person()
    resource(entry, "https://github.com/a/b", by=li)

    for again in ("github.com/A/B/issues", "https://arxiv.org/pdf/2307.02486v2"):
        with pytest.raises(AlreadyLinked):
            resource(entry, again, by=li)

    resource(blog(), "https://github.com/a/b", by=li)
    assert Resource.objects.count() == 2


def test_addresses_that_differ_in_capitals_may_be_two_pages():
    entry, li = paper(), person()

    resource(entry, "https://example.org/a", by=li)
    resource(entry, "https://example.org/A", by=li)

    assert len(shown(entry)) == 2


def test_what_was_taken_off_comes_back_by_undo_or_by_adding_it_again():
    entry, li = paper(), person()
    link = resource(entry, by=li)

    resources.take_off(link, by=li)
    assert shown(entry) == {}
    resources.put_back(link, by=li)
    assert len(shown(entry)) == 1
    resources.take_off(link, by=li)
    resource(entry, label="Again", by=li)

    assert entry.resources.get().label == "Again"
    assert not entry.resources.get().hidden


def test_the_history_tells_who_took_it_off():
    li, wu = person("li"), person("wu")
    link = resource(paper(), by=li)

    resources.take_off(link, by=wu)

    context = events(Resource).objects.latest("pgh_id").pgh_context
    assert context.metadata["user"] == wu.pk
    assert context.metadata["reason"] == "take off link"


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_link_at_once_add_it_once():
    entry, people = paper(), [person("li"), person("wu")]
    barrier, told = Barrier(2), []

    def add(by):
        barrier.wait()
        try:
            resource(entry, "https://github.com/a/b", by=by)
            told.append("added")
        except OpError:
            told.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=add, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["added", "refused"]
    assert Resource.objects.count() == 1
