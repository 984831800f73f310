"""The page of a run: how far it is while it runs, and what came of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kb.models import Run
from tests.factories import NOW, person
from tests.markup import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def run(**fields):
    return Run.objects.create(**{"kind": "harvest", "started_at": NOW, **fields})


def page(client, shown, **options):
    return client.get(shown.get_absolute_url(), **options).content.decode()


@pytest.mark.parametrize("kind", ["refresh", "harvest", "snapshot"])
def test_a_run_under_way_shows_how_far_it_is_and_looks_again(client, curator, kind):
    html = page(client, run(kind=kind, done=300, total=1000))

    assert '<progress max="1000" value="300"' in html
    assert "300 / 1000" in words(html)
    assert "hx-trigger" in html.partition('id="stand"')[2]
    assert "Look again" in html.partition("<noscript>")[2]


def test_one_that_does_not_know_its_total_says_only_that_it_runs(client, curator):
    html = page(client, run(done=3))

    assert "<progress aria-label" in html
    assert "3 /" not in words(html)


def test_htmx_is_given_how_it_stands_alone(client, curator):
    shown = run(done=3, total=10)

    part = page(client, shown, headers={"HX-Request": "true"})

    assert part.strip().startswith('<div id="stand"')
    assert "3 / 10" in words(part)


def test_one_that_is_over_is_not_asked_for_again(client, curator):
    figures = {"found": 97, "absent": 2, "rejected": 1}
    shown = run(kind="refresh", outcome="done", finished_at=NOW, report=figures)

    html = page(client, shown, headers={"HX-Request": "true"})

    assert "hx-get" not in html
    assert "fetched 97 not found at arXiv 2 refused by arXiv 1" in words(html)


def test_one_that_failed_says_why(client, curator):
    shown = run(outcome="failed", problem="line 7 is no JSON", finished_at=NOW)

    html = page(client, shown)

    assert "failed" in words(html)
    assert "line 7 is no JSON" in words(html)


def test_members_are_told_whom_to_ask(client):
    client.force_login(person())

    response = client.get(run().get_absolute_url())

    assert response.status_code == 403


def test_all_runs_are_listed_newest_first_with_how_they_ended(client, curator):
    run(kind="import", subject="ours", outcome="done", asked_by=curator)
    run(outcome="failed", problem="arXiv did not answer.", finished_at=NOW)

    told = words(client.get("/runs/").content.decode())

    assert told.index("Harvest of changes") < told.index("Import: ours")
    assert "arXiv did not answer." in told
    lists = words(client.get("/runs/?sort=lists").content.decode())
    assert "Import: ours done wang" in lists
    assert "Harvest of" not in lists
    failed = words(client.get("/runs/?sort=failed").content.decode())
    assert "ours" not in failed.partition("Failed")[2]


def test_an_import_that_was_undone_says_so_in_the_list(client, curator):
    done = run(kind="import", subject="ours", outcome="done")
    run(kind="undo", subject="ours", outcome="done", undoes=done)

    assert "undone since" in words(client.get("/runs/").content.decode())


def test_the_list_costs_the_same_however_many_ran(client, curator):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/runs/").status_code == 200
        return len(captured)

    run(asked_by=curator)
    cost()
    few = cost()
    for number in range(30):
        run(asked_by=curator, subject=f"list {number}", kind="import")
    assert cost() == few
