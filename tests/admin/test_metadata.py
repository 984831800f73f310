"""The page about arXiv: what it tells, to whom, and what can be done there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from kb.models import ArxivRequest, Harvest, Paper, Run
from kb.web import gate
from tests.factories import paper, person
from tests.markup import Markup, words

pytestmark = pytest.mark.django_db

PAGE = "/admin/kb/harvest/metadata/"
RETRY, REOPEN = f"{PAGE}retry/", f"{PAGE}reopen/"
LATE = "arXiv sent no complete reply within 14 s"
DENIED = "arXiv denies us access (HTTP 403)"


@pytest.fixture(autouse=True)
def arxiv(settings):
    """A gate that is open before and after, on a site that may ask."""
    settings.ARXIV_ENABLED = True
    with gate.gate() as shared:
        shared.reopen()
        gate.forget()
        yield shared
        shared.reopen()
    gate.forget()


@pytest.fixture
def curator(client):
    wang = person("wang", curator=True)
    client.force_login(wang)
    return wang


def shown(client, address=PAGE, **options):
    """The words of a page."""
    response = client.get(address, **options)
    assert response.status_code == 200
    return words(response.content.decode())


def told(client, address, form):
    """The words of the page after a form was sent."""
    response = client.post(address, form, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    return words(response.content.decode())


def failing(arxiv_id, problem=LATE, state="failed"):
    """A paper whose last attempt came to nothing, due again in two hours."""
    added = paper(arxiv_id, f"Paper {arxiv_id}")
    Paper.objects.filter(pk=added.pk).update(
        refresh_state=state,
        refresh_problem=problem,
        refresh_due_at=timezone.now() + timedelta(hours=2),
    )
    return Paper.objects.get(pk=added.pk)


def asked(outcome="answered", *, protocol="atom", cause="", papers=0, ago=None):
    """A request to arXiv, just now or some time ago."""
    return ArxivRequest.objects.create(
        at=timezone.now() - (ago or timedelta()),
        protocol=protocol,
        outcome=outcome,
        seconds=1.5,
        papers=papers,
        cause=cause,
    )


def due():
    """The ids of the papers that are due."""
    return set(Paper.objects.due(timezone.now()).values_list("arxiv_id", flat=True))


# --- Who may ----------------------------------------------------------------------


def test_strangers_and_members_are_kept_out(client):
    kept = failing("2301.00001")

    assert client.get(PAGE).status_code == 302
    client.force_login(person())
    assert client.get(PAGE).status_code == 302
    for address in (RETRY, REOPEN):
        assert client.post(address, {"sure": "on"}).status_code == 302
    assert due() == set()
    assert Paper.objects.get().refresh_due_at == kept.refresh_due_at
    assert not Run.objects.exists()


def test_somebody_of_the_staff_without_the_rights_is_refused(client):
    guest = person("guest")
    guest.is_staff = True
    guest.save()
    client.force_login(guest)

    assert client.get(PAGE).status_code == 403
    assert client.post(RETRY).status_code == 403
    assert client.post(REOPEN).status_code == 403


def test_who_may_only_look_is_offered_nothing_to_do_and_refused(client, arxiv):
    guest = person("guest")
    guest.is_staff = True
    guest.save()
    rights = ("view_paper", "view_harvest", "view_run")
    guest.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(guest)
    failing("2301.00001")
    arxiv.block(600, "arXiv answered with HTTP status 503")

    page = shown(client)

    assert LATE in page
    assert "Try again" not in page
    assert "Let it ask" not in page
    assert client.post(RETRY).status_code == 403
    assert client.post(REOPEN, {"sure": "on"}).status_code == 403
    assert due() == set()
    assert arxiv.state().blocked_until


def test_actions_are_not_asked_for_by_links(client, curator):
    assert client.get(RETRY).status_code == 405
    assert client.get(REOPEN).status_code == 405
    assert client.post(PAGE).status_code == 405


# --- What it tells ----------------------------------------------------------------


def test_a_new_site_says_that_nothing_happened_yet(client, curator):
    page = shown(client)

    assert "arXiv may be asked." in page
    assert "arXiv was not asked in these days." in page
    assert "Nothing has run yet." in page
    assert "What could not be fetched" not in page


def test_the_queue_is_counted_by_state(client, curator):
    waiting, taken, fetched = (paper(f"2301.0000{n}") for n in (1, 2, 3))
    failing("2301.00004")
    now = timezone.now()
    day = timedelta(days=1)
    Paper.objects.filter(pk=waiting.pk).update(refresh_due_at=now - 3 * day)
    Paper.objects.filter(pk=taken.pk).update(refresh_due_at=now, leased_until=now + day)
    Paper.objects.filter(pk=fetched.pk).update(
        refresh_state="fetched", refresh_due_at=now + day
    )

    page = shown(client)

    for line in (
        "waiting 2",
        "waiting the longest 3 days ago",
        "being fetched 1",
        "not fetched yet 2",
        "fetched 1",
        "not found at arXiv 0",
        "could not be fetched 1",
    ):
        assert line in page


def test_each_state_leads_to_its_papers(client, curator):
    failing("2301.00001")
    paper("2301.00002", "Waits")

    response = client.get(PAGE)
    links = [
        link for link in Markup(response.content.decode()).links if "state" in link
    ]

    assert len(links) == 5
    assert "Paper 2301.00001" in shown(client, links[4])
    assert "Waits" not in shown(client, links[4])
    assert "Waits" in shown(client, links[0])


def test_failures_are_grouped_by_cause_with_examples(client, curator):
    failing("2301.00001")
    failing("2301.00002")
    refusal = "arXiv refuses this identifier: incorrect id format for {}"
    for arxiv_id in ("2301.00003", "2301.00004", "2301.00005"):
        failing(arxiv_id, refusal.format(arxiv_id), "rejected")
    asked("unavailable", cause=LATE, ago=timedelta(hours=3))

    page = shown(client)

    first, second = page.index(refusal.format("…")), page.index(LATE)
    assert first < second
    assert "3 papers · refused by arXiv" in page
    assert "2 papers · could not be fetched · last met 3 hours ago" in page
    assert page.count("Paper 2301.0000") >= 4


def test_all_papers_of_a_cause_can_be_listed(client, curator):
    for n in (1, 2, 3):
        failing(f"2301.0000{n}")
    failing("2301.00004", "arXiv answered with HTTP status 500")

    response = client.get(PAGE)
    links = Markup(response.content.decode()).links
    (listed,) = [link for link in links if "problem__startswith" in link]
    page = shown(client, listed)

    assert "3 papers" in page
    assert "Paper 2301.00004" not in page


def test_requests_are_drawn_by_day_and_outcome_and_told_in_a_table(client, curator):
    for papers in (100, 50):
        asked(papers=papers)
    asked("denied", cause=DENIED)
    asked("answered", protocol="oai", papers=3, ago=timedelta(days=2))
    asked(ago=timedelta(days=30))

    response = client.get(PAGE)
    page = words(response.content.decode())

    assert 'aria-label="4 requests to arXiv from ' in response.content.decode()
    assert response.content.decode().count("<rect") == 3 + 4  # bars and the legend
    assert "Day answered no answer not understood denied" in page
    assert "Atom 3 2 150 50.0 1.5" in page
    assert "OAI-PMH 1 1 3 3.0 1.5" in page


def test_a_harvest_tells_how_far_it_is_and_what_went_wrong(client, curator, settings):
    settings.ARXIV_SETS = ["cs"]
    now = timezone.now()
    today = now.date()
    Harvest.objects.create(
        set_spec="cs",
        since=today - timedelta(days=10),
        token="next",
        responded_on=today,
        reached_on=today - timedelta(days=4),
        pages=3,
        records=2900,
        kept=41,
        due_at=now + timedelta(hours=5),
        finished_at=now - timedelta(days=1),
        problem="arXiv answered with HTTP status 503",
    )

    response = client.get(PAGE)
    page = words(response.content.decode())

    assert "Finished 1 day ago" in page
    assert "3 pages, 2900 records, 41 of ours" in page
    assert "arXiv answered with HTTP status 503" in page
    assert '<progress max="10" value="6"' in response.content.decode()


def test_a_set_that_is_no_longer_harvested_is_not_shown(client, curator, settings):
    settings.ARXIV_SETS = [""]
    now = timezone.now()
    for set_spec in ("", "stat"):
        Harvest.objects.create(
            set_spec=set_spec, since=now.date(), due_at=now, problem=f"in “{set_spec}”"
        )

    page = shown(client)

    assert "All of arXiv" in page
    assert "in “”" in page
    assert "stat" not in page.partition("Harvest of changes")[2].partition("Lately")[0]


def test_running_work_shows_how_far_it_is_and_past_work_who_asked(client, curator):
    now = timezone.now()
    Run.objects.create(kind="refresh", started_at=now, done=300, total=1000)
    Run.objects.create(
        kind="snapshot",
        subject="arxiv.json",
        asked_by=curator,
        started_at=now,
        outcome="failed",
        problem="line 7 is no JSON",
    )
    Run.objects.create(kind="import", subject="our list", started_at=now)

    page = shown(client)

    assert "300 / 1000" in page
    assert "arxiv.json" in page
    assert "failed · now · wang" in page
    assert "line 7 is no JSON" in page
    assert "our list" not in page


def test_the_part_that_changes_is_given_alone_to_who_asks_for_it(client, curator):
    Run.objects.create(kind="refresh", started_at=timezone.now(), done=3, total=10)

    response = client.get(PAGE, headers={"HX-Request": "true"})
    part = response.content.decode()

    assert "3 / 10" in part
    assert "<html" not in part
    assert 'id="now"' in part
    assert "HX-Request" in response.headers["Vary"]


def test_queries_do_not_grow_with_rows(
    client, curator, settings, django_assert_max_num_queries
):
    settings.ARXIV_SETS = [f"set{n}" for n in range(14)]

    def fill(start):
        for n in range(start, start + 4):
            failing(f"2301.{n + 1:05}", f"cause {n}")
            asked("unavailable", cause=f"cause {n}", ago=timedelta(days=n % 9))
            now = timezone.now()
            for outcome in ("running", "failed"):
                Run.objects.create(
                    kind="refresh", started_at=now, outcome=outcome, asked_by=curator
                )
            Harvest.objects.create(
                set_spec=f"set{n}", since=now.date(), due_at=now, responded_on=None
            )

    fill(0)
    client.get(PAGE)
    with django_assert_max_num_queries(16) as few:
        client.get(PAGE)
    fill(10)
    with django_assert_max_num_queries(16) as many:
        client.get(PAGE)
    with django_assert_max_num_queries(7):
        client.get(PAGE, headers={"HX-Request": "true"})

    assert len(many) == len(few)


# --- Trying again -----------------------------------------------------------------


def test_one_paper_is_tried_again(client, curator):
    chosen = failing("2301.00001")
    failing("2301.00002")

    page = told(client, RETRY, {"paper": chosen.pk})

    assert "1 paper is due." in page
    assert due() == {"2301.00001"}


def test_the_papers_of_one_cause_are_tried_again(client, curator):
    refusal = "arXiv refuses this identifier: incorrect id format for {}"
    for arxiv_id in ("2301.00001", "2301.00002"):
        failing(arxiv_id, refusal.format(arxiv_id), "rejected")
    failing("2301.00003")

    form = {"refresh_state": "rejected", "cause": refusal.format("…")}
    page = told(client, RETRY, form)

    assert "2 papers are due." in page
    assert due() == {"2301.00001", "2301.00002"}


def test_all_that_failed_is_tried_again_and_nothing_else(client, curator):
    failing("2301.00001")
    failing("2301.00002", "another cause", "rejected")
    failing("2301.00003", "", "fetched")

    page = told(client, RETRY, {})

    assert "2 papers are due." in page
    assert due() == {"2301.00001", "2301.00002"}


def test_what_is_tried_again_keeps_its_cause_until_it_was_tried(client, curator):
    failing("2301.00001")

    page = told(client, RETRY, {})

    assert f"{LATE} 1 paper · could not be fetched · due now" in page


def test_who_wanted_another_attempt_is_kept(client, curator):
    chosen = failing("2301.00001")
    failing("2301.00002")

    client.post(RETRY, {"paper": chosen.pk})
    page = told(client, RETRY, {"refresh_state": "failed", "cause": LATE})

    runs = Run.objects.order_by("pk")
    assert [(run.kind, run.subject, run.report) for run in runs] == [
        ("retry", "2301.00001", {"due": 1}),
        ("retry", LATE, {"due": 2}),
    ]
    assert {run.asked_by for run in runs} == {curator}
    assert f"Another attempt: {LATE} done · now · wang" in page


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ({"paper": "999999"}, "That no longer fails."),
        ({"paper": "9" * 5000}, "That no longer fails."),
        ({"cause": "\0"}, "That no longer fails."),
        ({"cause": LATE, "refresh_state": "rejected"}, "0 papers are due."),
    ],
)
def test_what_does_not_fail_is_not_tried_again(client, curator, form, answer):
    failing("2301.00001")

    page = told(client, RETRY, form)

    assert answer in page
    assert due() == set()
    assert not Run.objects.exists()


def test_a_cause_of_several_lines_is_found_as_browsers_send_it(client, curator):
    failing("2301.00001", "cannot be stored:\ntoo long")

    form = {"refresh_state": "failed", "cause": "cannot be stored:\r\ntoo long"}

    assert "1 paper is due." in told(client, RETRY, form)


# --- The gate ---------------------------------------------------------------------


def test_a_pause_is_told_with_its_reason_and_its_end(client, curator, arxiv):
    arxiv.back_off("arXiv answered with HTTP status 503")
    arxiv.back_off("arXiv answered with HTTP status 503", 1200)

    page = shown(client)

    assert "arXiv is not asked for a while." in page
    assert "arXiv answered with HTTP status 503" in page
    assert "2 failures in a row." in page
    assert "attacker" not in page


def test_a_request_under_way_is_told_with_who_holds_the_turn(client, curator, arxiv):
    with arxiv.enter():
        page = shown(client)
        host, process, token = arxiv.state().holder.split(":")

    assert "A request is under way." in page
    assert f"{host}:{process} has the turn." in page
    assert token not in page


def test_a_refusal_is_told_with_what_going_on_would_mean(client, curator, arxiv):
    arxiv.break_open(why=DENIED)

    page = shown(client)

    assert "arXiv denied us access. Until" in page
    assert DENIED in page
    assert "attacker" in page


def test_a_curator_lets_arxiv_be_asked_again_and_is_named_for_it(
    client, curator, arxiv
):
    arxiv.break_open(why=DENIED)

    page = told(client, REOPEN, {"sure": "on"})

    assert "From now on arXiv may be asked again." in page
    assert not arxiv.state().blocked_until
    run = Run.objects.get()
    assert (run.kind, run.subject, run.asked_by) == ("reopening", DENIED, curator)
    assert run.report["denied"] is True
    assert f"{DENIED} done · now · wang" in page


def test_nothing_is_lifted_before_the_box_is_ticked(client, curator, arxiv):
    arxiv.break_open(why=DENIED)

    page = told(client, REOPEN, {})

    assert "nothing was changed" in page
    assert arxiv.state().denied
    assert not Run.objects.exists()


def test_an_open_gate_is_not_opened_and_nobody_is_named(client, curator):
    page = told(client, REOPEN, {"sure": "on"})

    assert "Nothing kept us from asking arXiv." in page
    assert not Run.objects.exists()


# --- Without broker, without arXiv ------------------------------------------------


def test_without_the_broker_the_rest_is_told_and_nothing_is_lost(
    client, curator, settings
):
    failing("2301.00001")
    settings.REDIS_URL = "unix:///nowhere/valkey"

    assert "The broker does not answer." in shown(client)
    assert LATE in shown(client)
    page = told(client, REOPEN, {"sure": "on"})
    assert "The broker does not answer: nothing was changed." in page
    assert "1 paper is due." in told(client, RETRY, {})
    assert due() == {"2301.00001"}


def test_where_arxiv_is_switched_off_the_page_says_so_and_papers_can_wait(
    client, curator, settings
):
    settings.ARXIV_ENABLED = False
    failing("2301.00001")

    assert "arXiv is switched off on this site." in shown(client)
    page = told(client, RETRY, {})
    assert "1 paper is due." in page
    assert due() == {"2301.00001"}


# --- The banner -------------------------------------------------------------------


def test_curators_are_told_of_a_refusal_on_every_page_and_members_are_not(
    client, arxiv
):
    arxiv.break_open(why=DENIED)
    gate.forget()

    client.force_login(person())
    assert "denied us access" not in shown(client, "/")
    client.force_login(person("wang", curator=True))
    for address in ("/", "/add/", "/admin/", "/admin/kb/paper/"):
        page = client.get(address).content.decode()
        assert "arXiv denied us access." in page
        assert f'href="{PAGE}"' in page


def test_a_pause_that_ends_by_itself_is_no_banner(client, curator, arxiv):
    arxiv.back_off("arXiv answered with HTTP status 503")
    gate.forget()

    assert "denied us access" not in shown(client, "/")


def test_the_banner_asks_the_broker_once_for_many_pages(client, curator, arxiv):
    arxiv.break_open(why=DENIED)
    gate.forget()

    assert "denied us access" in shown(client, "/")
    arxiv.reopen()
    assert "denied us access" in shown(client, "/add/")


def test_without_the_broker_pages_have_no_banner(client, curator, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey"
    gate.forget()

    assert "denied us access" not in shown(client, "/")
