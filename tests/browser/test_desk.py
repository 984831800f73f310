"""The desk in a browser: by keyboard, by drag, and without scripts."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kb import tasks
from kb.models import Entry, Topic
from kb.models.entries import Status
from kb.ops import bin as bins
from tests.browser.conftest import log_in
from tests.factories import NOW, blog, paper, person, summarised, topic_at

pytestmark = pytest.mark.browser

WAITING = 20
BRANCHES, LEAVES = 6, 9  # 60 topics


@pytest.fixture
def at_desk(visit, curator):
    """Open a page as a curator."""

    def open_page(path, **options):
        page = visit(**options)
        log_in(page, curator.username)
        page.goto(path)
        return page

    return open_page


def test_an_inbox_is_cleared_by_keyboard_alone(at_desk):
    li = person("li")
    for number in range(WAITING):
        blog(f"https://a.example/{number}", f"Suggestion {number}", by=li)
    Entry.objects.update(status=Status.INBOX)

    page = at_desk("/desk/review/")
    for number in range(WAITING):
        title = page.get_by_role("heading", name=f"Suggestion {number}", exact=True)
        expect(title).to_be_focused()  # from then on there are keys
        if number % 4 == 3:
            page.keyboard.press("d")
            page.keyboard.type(f"Not for us {number}")
            page.keyboard.press("Enter")
        else:
            page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()

    assert Entry.objects.listed().count() == WAITING * 3 // 4
    assert set(Entry.objects.binned().values_list("away_why", flat=True)) == {
        f"Not for us {number}" for number in range(3, WAITING, 4)
    }


def test_what_is_typed_is_no_key(at_desk):
    blog(title="Suggestion", by=person("li"))
    Entry.objects.update(status=Status.INBOX)

    page = at_desk("/desk/review/")
    expect(page.get_by_role("heading", name="Suggestion")).to_be_focused()
    page.keyboard.press("e")
    page.get_by_label("Title", exact=True).fill("A better name, and a day")
    page.get_by_role("button", name="Accept", exact=True).click()

    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    assert Entry.objects.listed().get().title == "A better name, and a day"


def big_tree():
    for branch in range(BRANCHES):
        for leaf in range(LEAVES):
            topic_at([f"Branch {branch}", f"Leaf {branch}-{leaf}"])


def order_under(name):
    parent = Topic.objects.get(name=name)
    return [topic.name for topic in Topic.objects.get_children(parent)]


def moved(page):
    """Wait for the page that says what was done."""
    expect(page.get_by_text("Done.").last).to_be_visible()


def test_a_tree_of_sixty_is_put_in_order_by_keys(at_desk):
    big_tree()

    page = at_desk("/desk/topics/")
    page.get_by_role("link", name="Leaf 2-1", exact=True).focus()
    page.keyboard.press("Alt+ArrowUp")
    moved(page)
    assert order_under("Branch 2")[:2] == ["Leaf 2-1", "Leaf 2-0"]

    # The topic is still in focus: below its neighbour, out again, and to its end.
    page.keyboard.press("Alt+ArrowDown")
    moved(page)
    page.keyboard.press("Alt+ArrowRight")
    moved(page)
    assert order_under("Leaf 2-0") == ["Leaf 2-1"]
    page.keyboard.press("Alt+ArrowLeft")
    moved(page)
    assert order_under("Branch 2")[:2] == ["Leaf 2-0", "Leaf 2-1"]

    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert order_under("Leaf 2-0") == ["Leaf 2-1"]


def test_and_by_drag(at_desk):
    big_tree()

    page = at_desk("/desk/topics/")
    leaf = page.get_by_role("link", name="Leaf 0-1", exact=True)
    branch = page.get_by_role("link", name="Branch 1", exact=True)
    leaf.drag_to(branch)
    moved(page)

    assert order_under("Branch 1")[-1] == "Leaf 0-1"
    assert "Leaf 0-1" not in order_under("Branch 0")


def test_without_scripts_a_topic_is_moved_by_its_form(at_desk):
    topic_at(["A"])
    below = topic_at(["B"])

    page = at_desk(f"/desk/topics/{below.pk}/", java_script_enabled=False)
    page.get_by_label("the topic").select_option(label="A")
    page.get_by_role("button", name="Move it").click()

    assert order_under("A") == ["B"]


def test_duplicates_are_merged_and_made_two_again(at_desk):
    kept = summarised(paper("2307.02486", "LongNet"), "Ours", "en")
    other = summarised(blog("https://a.example/", "Longnet"), "Theirs", "en")

    page = at_desk("/duplicates/")
    page.get_by_role("link", name="Merge…").click()
    page.get_by_label("Both, one below the other").check()
    page.get_by_role("button", name="Make them one").click()
    expect(page.get_by_text("They are one entry now.")).to_be_visible()
    expect(page.get_by_text("Theirs", exact=True)).to_be_visible()
    page.goto(other.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_have_text("LongNet")

    page.goto("/desk/")
    page.get_by_role("link", name="Merging of entries").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert {one.summaries.get().body for one in (kept, other)} == {"Ours", "Theirs"}


def test_five_hundred_are_edited_with_progress_and_undone(at_desk, library_index):
    for number in range(500):
        blog(f"https://a.example/{number}", f"Attention {number}")
    library_index()

    page = at_desk("/search/?q=attention")
    page.get_by_role("link", name="Edit all 500 entries found").click()
    page.get_by_label("Add tags").fill("attention")
    page.get_by_role("button", name="Change 500 entries").click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    tasks.edit_many()
    expect(page.get_by_text("Done · 500 / 500")).to_be_visible(timeout=10_000)
    assert Entry.objects.filter(tagged__tag__name="attention").count() == 500

    page.get_by_role("button", name="Undo it").click()
    tasks.undo_runs()
    assert not Entry.objects.filter(tagged__tag__name="attention").exists()


def test_what_is_in_the_bin_comes_back(at_desk, curator):
    there = blog(title="Binned by mistake")
    bins.put_in([there.pk], by=curator, now=timezone.now())

    page = at_desk("/desk/bin/")
    page.get_by_role("button", name="Restore Binned by mistake").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Binned by mistake")
    assert Entry.objects.listed().get() == there


def test_an_entry_goes_into_the_bin_from_its_page(at_desk):
    there = paper(title="Off topic")

    page = at_desk(there.get_absolute_url())
    page.get_by_text("Put in the bin").first.click()
    page.get_by_label("Reason").fill("Twice")
    page.get_by_role("button", name="Put in the bin").click()
    expect(page.get_by_text("Twice")).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Restored.")).to_be_visible()
    assert Entry.objects.listed().get() == there
    assert there.added_at == NOW
