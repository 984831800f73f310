"""The nightly walk through what changed, page by page."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import redis

from kb.arxiv.errors import ArxivUnavailable, GateClosed
from kb.models import Harvest, Paper, Run
from kb.ops import papers
from tests.arxiv_server import Paper as Held
from tests.factories import NOW, paper
from tests.ops.papers.said import get

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 3, 4, 6, tzinfo=UTC)
OURS = ["2301.00002", "2301.00005", "2301.00009"]


def held(number, **more):
    """One of ten papers that changed on ten days in a row."""
    usual = {
        "title": f"Title {number}",
        "datestamp": f"2026-02-{20 + number // 2:02}",
        "licence": "CC0",
    }
    return Held(f"2301.{number:05}", **usual | more)


@pytest.fixture
def changed(arxiv):
    """Ten papers changed at arXiv, of which we have three; a page holds four."""
    arxiv.papers.clear()
    arxiv.put(*(held(number) for number in range(1, 11)))
    arxiv.oai.page_size, arxiv.oai.now = 4, TODAY
    for arxiv_id in OURS:
        paper(arxiv_id, title="")
    Paper.objects.update(refresh_due_at=NOW + timedelta(days=9))
    papers.ask_harvest("", now=NOW, since=date(2026, 2, 20))
    return arxiv


def page(now=TODAY):
    claimed = papers.claim_harvest(now=now)
    assert claimed
    return papers.harvest(claimed, papers.arxiv_harvester(), by=None, now=now)


def walk(now=TODAY):
    done = page(now)
    while not done.finished:
        done = page(now)
    return done


def tokens(arxiv):
    return [seen.path for seen in arxiv.requests if "resumptionToken" in seen.path]


def test_a_walk_brings_all_that_changed_of_ours(changed):
    done = walk()

    assert (done.pages, done.records, done.kept) == (3, 10, 3)
    for arxiv_id in OURS:
        kept = get(arxiv_id)
        assert kept.title == f"Title {int(arxiv_id[-2:])}"
        assert (kept.licence, kept.refresh_state) == ("CC0", "fetched")
        assert kept.refreshed_at == kept.harvested_at == TODAY
        assert kept.refresh_due_at > TODAY
    assert Paper.objects.count() == 3


def test_the_next_walk_begins_a_day_before_this_one_and_on_the_next_night(changed):
    walk()

    harvest = Harvest.objects.get()
    assert harvest.since == date(2026, 3, 3)
    assert harvest.due_at.date() == date(2026, 3, 5)
    assert (harvest.token, harvest.finished_at, harvest.leased_until) == (
        "",
        TODAY,
        None,
    )
    assert papers.claim_harvest(now=TODAY) is None


def test_a_walk_that_was_cut_off_goes_on_where_it_was(changed):
    page()
    papers.claim_harvest(now=TODAY)  # somebody who dies with it
    later = TODAY + timedelta(minutes=3)
    changed.requests.clear()

    assert papers.claim_harvest(now=TODAY + timedelta(seconds=90)) is None
    done = walk(later)

    assert (done.pages, done.records, done.kept) == (3, 10, 3)
    assert len(changed.requests) == len(tokens(changed)) == 2


def test_what_a_page_holds_is_kept_with_where_the_next_begins(changed, monkeypatch):
    monkeypatch.setattr(Harvest, "save", lambda *_, **__: 1 / 0)
    claimed = Harvest.objects.get()

    with pytest.raises(ZeroDivisionError):
        papers.harvest(claimed, papers.arxiv_harvester(), by=None, now=TODAY)

    assert get(OURS[0]).refreshed_at is None
    assert (Harvest.objects.get().token, Run.objects.count()) == ("", 0)


@pytest.mark.parametrize("known", [True, False])
def test_a_walk_whose_token_expired_goes_on_a_day_before_what_it_saw(changed, known):
    page()
    harvest = Harvest.objects.get()
    assert harvest.reached_on == date(2026, 2, 22)
    changed.oai.expire_tokens()
    changed.put(held(1, title="Changed meanwhile", datestamp="2026-03-04"))
    paper("2301.00001", title="")
    if known:
        Harvest.objects.update(token_expires_at=TODAY)
    changed.requests.clear()

    walk()

    again = next(seen.path for seen in changed.requests if "from=" in seen.path)
    assert "from=2026-02-21" in again
    assert len(changed.requests) == (3 if known else 4)
    assert get("2301.00001").title == "Changed meanwhile"
    assert all(get(arxiv_id).refreshed_at for arxiv_id in OURS)
    assert Harvest.objects.get().since == date(2026, 3, 3)


def test_nothing_is_taken_from_a_paper_that_arxiv_deleted(changed):
    walk()
    changed.put(held(5, deleted=True, datestamp="2026-03-04"))
    night = TODAY + timedelta(days=1)

    walk(night)
    Harvest.objects.update(due_at=NOW)
    walk(night)

    kept = get("2301.00005")
    assert (kept.title, kept.refresh_state, kept.absences) == ("Title 5", "fetched", 1)


def test_without_changes_a_walk_is_one_request(changed):
    changed.papers.clear()

    done = page()

    assert (done.pages, done.records, done.finished) == (1, 0, True)
    assert Harvest.objects.get().since == date(2026, 3, 3)


def test_a_set_is_harvested_by_itself(changed):
    changed.put(held(2, categories=["math.CO"]))
    papers.ask_harvest("math", now=NOW, since=date(2026, 2, 20))

    claimed = papers.claim_harvest(now=TODAY, only=["math"])
    done = papers.harvest(claimed, papers.arxiv_harvester(), by=None, now=TODAY)

    assert (done.records, done.kept) == (1, 1)
    assert "set=math" in changed.requests[-1].path
    assert Harvest.objects.get(set_spec="").pages == 0


def test_trouble_keeps_the_walk_and_tries_later(changed):
    page()
    before = Harvest.objects.get()
    changed.fail_next(503)

    with pytest.raises(ArxivUnavailable):
        page()

    harvest = Harvest.objects.get()
    assert (harvest.token, harvest.reached_on) == (before.token, before.reached_on)
    assert (harvest.failures, harvest.leased_until) == (1, None)
    assert "503" in harvest.problem
    assert TODAY < harvest.due_at <= TODAY + timedelta(hours=1)
    assert "503" in Run.objects.get().problem


def test_a_walk_that_succeeds_again_has_no_trouble(changed):
    changed.fail_next(503)
    with pytest.raises(ArxivUnavailable):
        page()
    papers.arxiv_gate().reopen()

    walk(TODAY + timedelta(minutes=10))

    harvest = Harvest.objects.get()
    assert (harvest.failures, harvest.problem) == (0, "")
    assert Run.objects.get().outcome == "done"


def test_a_closed_gate_gives_the_harvest_back(changed):
    papers.arxiv_gate().block(60)

    with pytest.raises(GateClosed):
        page()

    assert Harvest.objects.get().leased_until is None
    assert changed.requests == []


def test_without_the_queue_server_the_harvest_is_given_back(
    changed, settings, closed_port
):
    settings.REDIS_URL = f"redis://127.0.0.1:{closed_port}"

    with pytest.raises(redis.RedisError):
        page()

    assert Harvest.objects.get().leased_until is None


def test_a_page_that_somebody_else_has_kept_meanwhile_counts_once(changed):
    slow = papers.claim_harvest(now=TODAY)
    later = TODAY + timedelta(minutes=5)
    page(later)

    done = papers.harvest(slow, papers.arxiv_harvester(), by=None, now=later)

    assert (done.pages, done.records) == (1, 4)


def test_a_walk_is_one_run_that_shows_how_far_it_is(changed):
    page()
    under_way = Run.objects.get()
    assert (under_way.kind, under_way.outcome) == ("harvest", "running")
    assert (under_way.done, under_way.total) == (2, 13)
    assert under_way.report == {"pages": 1, "records": 4, "kept": 1}

    walk()

    run = Run.objects.get()
    assert (run.outcome, run.finished_at) == ("done", TODAY)
    assert run.report == {"pages": 3, "records": 10, "kept": 3}


def test_two_workers_never_ask_for_the_same_page(changed):
    assert papers.claim_harvest(now=TODAY)
    assert papers.claim_harvest(now=TODAY) is None


def test_the_harvests_of_the_settings_exist_and_wait_for_the_night(settings):
    settings.ARXIV_SETS = ["cs", "stat"]

    assert papers.claim_harvest(now=NOW) is None

    found = {row.set_spec: row for row in Harvest.objects.all()}
    assert set(found) == {"cs", "stat"}
    assert found["cs"].since == date(2026, 3, 3)
    assert NOW < found["cs"].due_at < NOW + timedelta(days=1)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_goes_wrong_in_a_walk_nothing_is_lost(changed, seed):
    random = Random(seed)  # noqa: S311
    for arxiv_id in set(changed.papers) - set(OURS):
        paper(arxiv_id, title="")
    changed.put(*(held(n, datestamp=f"2026-03-0{3 + n % 2}") for n in range(1, 11)))
    papers.ask_harvest("", now=TODAY, since=date(2026, 3, 3))
    day = TODAY
    for _ in range(2):  # what a walk passes over, that of the next night brings
        changed.oai.now = day
        papers.ask_harvest("", now=day)
        while claimed := papers.claim_harvest(now=day):
            match random.randrange(5):
                case 0:
                    changed.oai.expire_tokens()
                case 1:
                    number = random.randint(1, 10)
                    title = f"Changed {random.random()}"
                    stamp = f"{day:%Y-%m-%d}"
                    changed.put(held(number, title=title, datestamp=stamp))
                case 2:
                    day += timedelta(minutes=3)  # the lease of somebody who died
                    continue
            with suppress(ArxivUnavailable):
                harvester = papers.arxiv_harvester()
                papers.harvest(claimed, harvester, by=None, now=day)
        day += timedelta(days=1)

    kept = dict(Paper.objects.values_list("arxiv_id", "title"))
    assert kept == {key: each.title for key, each in changed.papers.items()}


# --- What a harvest can be relied on for -------------------------------------------


def harvested(set_spec="", *, days_ago):
    papers.ask_harvest(set_spec, now=NOW)
    Harvest.objects.update(finished_at=NOW - timedelta(days=days_ago))


@pytest.fixture
def fresh(arxiv):
    """A paper that is three days old, fetched with all that changed."""
    recent = (NOW - timedelta(days=3)).strftime("%Y-%m-%d")
    arxiv.put(Held("2307.02486", versions=[recent]))
    paper("2307.02486")

    def refresh():
        batch = papers.claim(now=NOW)
        papers.refresh(batch, papers.arxiv_client(), by=None, now=NOW)
        return get().refresh_due_at - NOW

    return refresh


def test_what_a_harvest_keeps_fresh_is_checked_monthly(fresh):
    harvested(days_ago=1)

    assert fresh() > timedelta(days=25)


@pytest.mark.parametrize("change", ["stalled", "off", "other set"])
def test_what_no_harvest_keeps_fresh_is_due_by_its_age(fresh, settings, change):
    harvested(days_ago=4 if change == "stalled" else 1)
    settings.ARXIV_HARVEST = change != "off"
    if change == "other set":
        settings.ARXIV_SETS = ["math"]
        harvested("math", days_ago=1)

    assert fresh() < timedelta(days=2)


def test_when_harvests_fail_for_three_days_papers_are_due_by_their_age_again(fresh):
    harvested(days_ago=1)
    fresh()
    assert papers.take_over(now=NOW) == 0
    harvested(days_ago=4)

    assert papers.take_over(now=NOW) == 1

    assert get().refresh_due_at == NOW + timedelta(days=1)
    assert papers.take_over(now=NOW) == 0


def test_what_another_set_keeps_fresh_is_left_to_it(fresh, settings):
    settings.ARXIV_SETS = ["cs", "math"]
    harvested("cs", days_ago=1)
    fresh()
    Harvest.objects.filter(set_spec="math").delete()

    assert papers.take_over(now=NOW) == 0
