"""Every page, looked at as people differ: axe, both languages, themes and widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from kb.models import Entry, Paper, Run, Topic
from kb.models.audit import Act
from kb.ops import (
    audit,
    bin,  # noqa: A004 - the word for it
    chores,
    digests,
    entries,
    looks,
    notifications,
    reading,
    sharing,
    topics,
)
from kb.ops.entries import Wanted
from kb.ops.imports.run import import_list
from tests.browser.conftest import log_in
from tests.factories import (
    NOW,
    milestone,
    note,
    person,
    resource,
    starred,
    with_comment,
)

pytestmark = pytest.mark.browser

LIST = """\
# paper

- [A Survey on Evaluation](https://arxiv.org/abs/2307.03109)

## Engineer
### 新硬件 <!-- en: New hardware -->
- [LongNet](https://arxiv.org/abs/2307.02486), 膨胀注意力，代价 $O(N d)$，见 `torch.nn`

# blog

- [复杂推理](https://example.org/a), 推理能力 | 知识
"""


def curate(curator):
    """What a desk has to do: something in the bin, a suggestion, an ask, a log."""
    now = timezone.now()
    binned = entries.add(
        entries.understand("https://example.org/binned"),
        Wanted("Off topic", "blog"),
        by=curator,
        now=now,
    )
    bin.put_in([binned.pk], by=curator, now=now, why="跑题")
    suggested = entries.add(
        entries.understand("https://example.org/suggested"),
        Wanted("Suggested", "blog", tags=["agents"]),
        by=person("tian"),
        now=now,
    )
    Entry.objects.filter(pk=suggested.pk).update(status="inbox")
    waiting = list(Entry.objects.listed().values_list("pk", flat=True))
    chores.ask("summary", waiting, curator, by=curator, now=now)
    audit.note(Act.REFUSED, "POST /desk/review/", by=curator, now=now)
    return binned, suggested


def shared_link(curator):
    """The address of a topic that strangers may read."""
    link = sharing.share(Topic.objects.first(), 7, by=curator, now=timezone.now())
    return f"/shared/{sharing.key_of(link)}/"


@pytest.fixture
def library(curator, library_index):
    import_list(LIST, name="list", by=curator, now=NOW)
    longnet = Entry.objects.get(title="LongNet")
    noted = note(longnet, "第 3 页：$O(N d)$", by=curator)
    happen(longnet, by=curator)
    gather(longnet, curator)
    binned, suggested = curate(curator)
    library_index()
    return {
        "home": "/",
        "new": "/?new",
        "inbox": "/inbox/",
        "unread": "/inbox/?unread",
        "shelf": "/shelf/",
        "team": "/shelf/?show=team",
        "rated": "/shelf/?show=rated",
        "activity": "/activity/",
        "theirs": "/activity/zhao/",
        "unsubscribe": digests.unsubscribe_path(curator),
        "topic": "/topics/engineer/",
        "tag": "/?unfiled",
        "search": "/search/",
        "found": "/search/?q=推理+OR+longnet",
        "narrowed": "/search/?q=注意力+topic:engineer+kind:paper",
        "nothing found": "/search/?q=longnte+kind:blog",
        "entry": "/entries/{entry}/",
        "history": "/entries/{entry}/history/",
        "link": "/entries/{entry}/links/",
        "edit": "/entries/{entry}/edit/",
        "write": "/entries/{entry}/summary/zh/",
        "note": "/entries/{entry}/notes/",
        "history of a topic": f"/history/topics/{Topic.objects.first().pk}/",
        "history of a note": f"/notes/{noted.pk}/history/",
        "annotations": "/annotations/",
        "add": "/add/",
        "understood": "/add/?text=2305.17126",
        "import": "/lists/import/",
        "runs": "/runs/",
        "run": f"/runs/{Run.objects.get().pk}/",
        "invite": "/people/invite/",
        "help": "/help/",
        "shares": f"/shared/topics/{Topic.objects.first().pk}/",
        "shared": shared_link(curator),
        "desk": "/desk/",
        "review": "/desk/review/",
        "gap": "/desk/gaps/summary/",
        "bin": "/desk/bin/",
        "binned": f"/entries/{binned.pk}/",
        "tree": "/desk/topics/",
        "topic at the desk": f"/desk/topics/{Topic.objects.first().pk}/",
        "tags": "/desk/tags/",
        "many": "/desk/many/?q=推理+OR+longnet",
        "people": "/desk/people/",
        "audit": "/desk/people/log/",
        "health": "/desk/health/",
        "asked": "/asked/",
        "merge": f"/entries/{longnet.pk}/merge/?other={suggested.pk}",
        "pick": f"/entries/{longnet.pk}/merge/",
        "preferences": "/preferences/",
        "not found": "/nothing/",
        "password": "/account/password/change/",
    }


def happen(entry, *, by):
    """Let something of every kind happen to a paper."""
    said = {
        "title": "LongNet",
        "abstract": "We scale to 1M tokens.",
        "comment": "旧说明",
    }
    now = {"title": "长网", "abstract": "We scale to 1B tokens.", "comment": "新说明"}
    with_comment(entry, "Withdrawn: a flaw in <Lemma 2>.", withdrawn=True)
    for kind in ("version", "title", "published", "withdrawn", "returned"):
        after = {**now, "journal_ref": "Nature 1", "doi": "10.1000/182"}
        milestone(entry, kind, before=said, after=after, at=timezone.now())
    for kind in ("code", "model", "data", "project", "other"):
        resource(entry, f"https://example.org/{kind}", kind, by=by)
    filed = list(entry.topics.all())
    entries.edit(entry, Wanted("LongNet", "paper", filed, ["长文本"]), by=by)


def gather(entry, curator):
    """Let everything that pages tell of a member's reading be there."""
    zhao, wu = person("zhao"), person("wu")
    looks.look("home", by=curator, now=NOW.replace(year=2025))
    looks.look("home", by=curator, now=NOW.replace(year=2025, month=6))
    note(entry, "@wang 看第 3 页，很有用", by=zhao, visibility="team")
    happened = [milestone(entry, "version", version=2), milestone(entry, "published")]
    notifications.of_milestones(happened, now=NOW)
    for reader in (curator, zhao, wu):
        reading.mark(entry, "reading", by=reader, now=NOW)
    reading.mark(entry, "read", by=curator, now=NOW, version=1)
    reading.rate(starred(entry, by=curator), 4, by=curator, now=NOW)
    Paper.objects.filter(pk=entry.pk).update(latest_version=2)


def addresses(library):
    entry = Entry.objects.get(title="LongNet")
    return [address.format(entry=entry.pk) for address in library.values()]


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_a_fault_axe_can_find(visit, library, language, theme, width):
    page = visit(
        locale=language,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page.goto("/account/login/")
    told = faults(page)
    page.goto("/account/password/reset/")
    told += faults(page)
    log_in(page)
    for address in addresses(library):
        page.goto(address)
        told += faults(page)

    assert told == []


def faults(page):
    """What axe finds, and whether the page is wider than its window."""
    found = Axe().run(page).response["violations"]
    told = [
        (page.url, row["id"], node["html"][:200])
        for row in found
        for node in row["nodes"]
    ]
    scrolls = "document.documentElement.scrollWidth - innerWidth"
    if (over := page.evaluate(scrolls)) > 0:
        told.append((page.url, "wider than the window", over))
    return told


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_changed_is_told_apart_by_more_than_colour(visit, library, theme):
    page = visit(color_scheme=theme, reduced_motion="reduce")
    log_in(page)
    entry = Entry.objects.get(title="LongNet")
    page.goto(entry.get_absolute_url())
    unfold = "document.querySelectorAll('main details').forEach(d => d.open = true)"
    line = "node => getComputedStyle(node).textDecorationLine"

    page.evaluate(unfold)

    expect(page.locator(".story del", has_text="M").first).to_be_visible()
    assert page.locator(".story del").first.evaluate(line) == "line-through"
    assert page.locator(".story ins").first.evaluate(line) == "underline"
    assert faults(page) == []
    page.goto(f"/entries/{entry.pk}/history/")
    page.evaluate(unfold)
    assert faults(page) == []


def test_chinese_is_set_in_a_chinese_font(visit, library):
    page = visit(locale="zh-CN")
    log_in(page)
    page.goto("/topics/engineer/")
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    summary = {"nodeId": root, "selector": "main [lang=zh-Hans]"}
    node = session.send("DOM.querySelector", summary)["nodeId"]

    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]

    assert any("CJK" in font["familyName"] for font in fonts), fonts


def test_the_admin_works_under_the_policy(visit, library):
    page = visit()
    log_in(page)
    for address in (
        "/admin/",
        "/admin/kb/topic/",
        "/admin/kb/paper/",
        "/admin/kb/summary/",
        "/admin/kb/entry/",
    ):
        page.goto(address)
        expect(page.locator("h1").first).to_be_visible()
    page.locator("#result_list tbody a").first.click()
    expect(page.locator("input[name=title]")).to_be_visible()


def test_a_topic_is_dragged_in_the_admin(visit, library):
    topics.create("Agent", parent=None, by=None)
    page = visit()
    log_in(page)
    page.goto("/admin/kb/topic/")
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(2)
    before = [topic.name for topic in Topic.objects.get_root_nodes()]
    assert before == ["Engineer", "Agent"]

    handle = rows.nth(1).locator("[class*=drag]").first
    target = rows.nth(0)
    box = target.bounding_box()
    handle.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 3, steps=8)
    page.mouse.move(box["x"] + 60, box["y"] + 2)
    page.mouse.up()
    page.wait_for_timeout(1000)

    after = [topic.name for topic in Topic.objects.get_root_nodes()]
    assert after == ["Agent", "Engineer"]
