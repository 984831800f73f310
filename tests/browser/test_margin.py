"""Reading together: two members on one page, by pointer, keyboard and finger."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from kb.models import Annotation, Paper, Reaction
from kb.ops import annotations
from tests.browser.conftest import log_in
from tests.browser.test_pages import faults
from tests.factories import NOW, highlight, note, paper, person, summarised

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}
SOON = 3_000  # milliseconds in which others see what one wrote
BODY = """\
LongNet 用**膨胀注意力**扩展上下文，代价只有 $O(N d)$，性能没有损失。

- 把序列分段，段内稀疏取样；
- 近处密，远处疏。

It was trained on *short* sequences only, as [the code](https://example.org/a) shows.
"""
SELECT = """([where, from, to]) => {
  const root = document.getElementById(`text-${where}`);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const has = (text) => nodes.find((node) => node.data.includes(text));
  const [first, last] = [has(from), has(to)];
  getSelection().setBaseAndExtent(
    first, first.data.indexOf(from), last, last.data.indexOf(to) + to.length);
}"""


@pytest.fixture
def entry(curator):
    """A paper with a summary and an abstract; li reads it too."""
    person("li")
    made = summarised(paper(), BODY, by=curator)
    Paper.objects.filter(pk=made.pk).update(
        abstract="We scale attention to a billion tokens.\n\nIt works & is simple."
    )
    return made


@pytest.fixture
def opened(visit, entry):
    """Open the entry's page for somebody."""

    def open_page(name="wang", where="", **options):
        page = visit(**options)
        log_in(page, name)
        page.goto(f"{entry.get_absolute_url()}?lang=zh{where}")
        page.wait_for_function("customElements.get('quote-bar') !== undefined")
        return page

    return open_page


def select(page, start, end, where="zh"):
    page.evaluate(SELECT, [where, start, end])
    expect(page.locator("quote-bar")).to_be_visible()


def marks(page, note):
    return page.locator(f'mark[data-note="{note.pk}"]')


def thread(page, note):
    return page.locator(f"#thread-{note.pk}")


def said(marked):
    """The text of all pieces of a mark, without the way to its note."""
    return marked.evaluate_all(
        "(all) => all.map((mark) => [...mark.childNodes]"
        ".filter((node) => !node.matches?.('[data-aside]'))"
        ".map((node) => node.textContent).join('')).join('')"
    )


def test_a_highlight_across_bold_and_math_is_seen_by_the_other_soon(opened, entry):
    mine, theirs = opened("wang"), opened("li")

    select(mine, "注意力", "d")
    mine.get_by_role("button", name="For the team").click()
    mine.get_by_role("button", name="Key result").click()

    kept = mine.locator(".threads > li").first
    expect(kept).to_contain_text("Key result")
    made = Annotation.objects.get()
    assert made.exact == "注意力扩展上下文，代价只有 O(Nd)"
    assert said(marks(mine, made)) == made.exact
    expect(mine.locator("quote-bar")).to_be_hidden()
    expect(marks(theirs, made).first).to_be_visible(timeout=SOON)
    expect(thread(theirs, made)).to_contain_text("wang")
    assert made.visibility == "team"


def test_a_note_a_reply_a_mention_and_the_end_of_it(opened, entry):
    mine, theirs = opened("wang"), opened("li")

    select(mine, "序列分段", "取样")
    mine.get_by_role("button", name="Note", exact=True).click()
    field = mine.locator("#composer textarea[name=body]")
    expect(field).to_be_focused()
    field.press_sequentially("代价是 $O(n)$ 吗？ @l")
    expect(mine.locator("mention-list [role=option]")).to_have_text(["li"])
    field.press("Enter")
    expect(field).to_have_value("代价是 $O(n)$ 吗？ @li ")
    expect(mine.locator("#composer .preview math")).to_have_count(1)
    mine.locator("#composer").get_by_label("The team").check()
    mine.locator("#composer").get_by_label("What the passage is").select_option(
        "question"
    )
    field.press("Control+Enter")
    expect(mine.locator(".composing")).to_have_count(0)
    asked = Annotation.objects.get()
    expect(mine.locator(f"#note-{asked.pk} .byline a")).to_be_focused()

    expect(thread(theirs, asked)).to_contain_text("代价是", timeout=SOON)
    expect(thread(theirs, asked).locator("math")).to_have_count(1)
    thread(theirs, asked).get_by_role("link", name="Reply").click()
    theirs.locator("#replier textarea").fill("是线性的。")
    theirs.locator("#replier").get_by_role("button", name="Save").click()
    expect(thread(mine, asked)).to_contain_text("是线性的。", timeout=SOON)

    thread(mine, asked).get_by_role("button", name="Resolve").click()
    expect(thread(mine, asked)).to_contain_text("Resolved by wang")
    expect(thread(theirs, asked)).to_contain_text("Resolved by wang", timeout=SOON)
    asked.refresh_from_db()
    assert asked.resolved_by.username == "wang"


def test_a_selection_is_made_and_put_away_by_keyboard(opened, entry):
    page = opened("wang")
    page.locator("#text-zh").focus()

    for _ in range(2):
        page.keyboard.press("ArrowRight")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("quote-bar")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Press Tab")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("quote-bar")).to_be_hidden()
    expect(page.locator("#text-zh")).to_be_focused()


def test_the_whole_way_by_keyboard_alone(opened, entry):
    page = opened("wang")
    page.locator("#text-zh").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Shift+ArrowRight")
    expect(page.locator("quote-bar")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Key result")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    marked = page.locator(".threads > li", has_text="Question")
    expect(marked).to_have_count(1)
    expect(page.locator("#text-zh")).to_be_focused()
    made = Annotation.objects.get()
    assert BODY.startswith(made.exact)

    page.keyboard.press("Tab")  # to the way from the mark to its note
    expect(page.locator("#text-zh .to-note")).to_be_focused()
    page.keyboard.press("Enter")
    reach(page, f'a[href$="/notes/{made.pk}/reply/"]')
    page.keyboard.press("Enter")
    expect(page.locator("#replier textarea")).to_be_focused()
    page.keyboard.type("@l")
    expect(page.locator("#replier mention-list [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.type("look")
    page.keyboard.press("Control+Enter")
    expect(marked).to_contain_text("@li look")
    reach(page, f'button[formaction$="/notes/{made.pk}/resolve/"]')
    page.keyboard.press("Enter")
    expect(page.locator(".threads summary").first).to_contain_text("Resolved by wang")


def reach(page, selector):
    """Go on with Tab until something has the focus."""
    for _ in range(40):
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


def test_a_finger_selects_on_a_phone(opened, entry):
    """The system's long press and handles change the selection, which is all we see."""
    page = opened("wang", **PHONE, is_mobile=True)
    page.locator("#text-abstract p").first.tap()
    expect(page.locator("quote-bar")).to_be_hidden()

    for end in ("attention", "tokens"):
        page.evaluate(SELECT, ["abstract", "attention", end])

    bar = page.locator("quote-bar")
    expect(bar).to_be_visible()
    thumb = bar.bounding_box()
    assert thumb["y"] > 500
    assert all(box["height"] >= 44 for box in boxes(bar.locator("button")))
    page.get_by_role("button", name="Method").tap()
    expect(page.locator(".threads > li")).to_contain_text("Method")
    made = Annotation.objects.get()
    assert made.exact == "attention to a billion tokens"
    assert made.where == "abstract"

    select(page, "simple", "simple", "abstract")
    page.get_by_role("button", name="Note", exact=True).tap()
    expect(page.locator(".composing")).to_be_in_viewport()
    page.locator("#composer textarea[name=body]").fill("on a phone")
    assert faults(page) == []
    page.locator("#composer").get_by_role("button", name="Save").tap()
    expect(page.locator("#beside-threads")).to_contain_text("on a phone")


def boxes(locator):
    return [one.bounding_box() for one in locator.all()]


def test_what_is_private_is_nowhere_in_the_others_page(opened, entry):
    theirs = opened("li")
    private = highlight(entry, "近处密", by=person("zhao"), visibility="private")
    annotations.reply(private, "canary", by=private.author, now=NOW)
    theirs.wait_for_timeout(SOON)

    assert "quote-" not in theirs.locator("#text-zh").inner_html()
    assert "canary" not in theirs.content()
    expect(theirs.locator(".threads > li")).to_have_count(0)


def test_what_somebody_types_or_selects_stays_when_others_write(opened, entry):
    page = opened("wang")
    first = note(entry, "first", by=person("zhao"), visibility="team")
    expect(thread(page, first)).to_be_visible(timeout=SOON)
    thread(page, first).get_by_role("link", name="Reply").click()
    field = page.locator("#replier textarea")
    field.press_sequentially("half a sen")

    annotations.reply(first, "another", by=first.author, now=NOW)
    highlight(entry, "近处密", by=first.author)

    expect(thread(page, first)).to_contain_text("another", timeout=SOON)
    expect(page.locator("mark")).to_have_count(1)
    expect(field).to_be_focused()
    field.press_sequentially("tence")
    expect(field).to_have_value("half a sentence")

    select(page, "远处疏", "远处疏")
    highlight(entry, "short", by=first.author)
    expect(page.locator("#beside-threads > li")).to_have_count(2, timeout=SOON)
    assert page.evaluate("getSelection().toString()") == "远处疏"
    expect(page.locator("mark")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("mark")).to_have_count(2)


def test_a_summary_saved_by_another_comes_with_its_highlights(opened, entry, curator):
    page = opened("li")
    made = highlight(entry, "近处密", by=curator)
    expect(marks(page, made)).to_have_count(1, timeout=SOON)

    summarised(entry, f"先说一句。\n\n{BODY}", by=curator)

    expect(page.locator("#text-zh")).to_contain_text("先说一句", timeout=SOON)
    assert said(marks(page, made)) == "近处密"


def test_a_reaction_is_given_and_taken_back(opened, entry, curator):
    said_of = note(entry, "news", by=curator, visibility="team")
    page = opened("li")

    page.locator(f"#note-{said_of.pk}").hover()
    page.locator(f"#note-{said_of.pk} a.react").click()
    page.locator("#moods").get_by_role("button", name="Thanks").click()
    mood = page.locator(f"#note-{said_of.pk} button[aria-pressed]")
    expect(mood).to_have_text("thanks 1")
    assert Reaction.objects.get().member.username == "li"
    mood.click()

    expect(mood).to_have_count(0)
    assert not Reaction.objects.exists()


def test_a_passage_is_copied_as_a_quotation(opened, entry):
    page = opened("li")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    select(page, "近处密", "远处疏")

    page.get_by_role("button", name="Copy quote").click()

    expect(page.locator(".spoken")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("> 近处密，远处疏\n")
    assert entry.get_absolute_url() in copied


def test_a_refused_note_stays_in_its_field(opened, entry):
    page = opened("li")
    select(page, "近处密", "远处疏")
    page.get_by_role("button", name="Note", exact=True).click()
    field = page.locator("#composer textarea[name=body]")
    field.fill("mine")
    summarised(entry, "一篇完全不同的文章，一个字也没有留下来。")

    field.press("Control+Enter")

    expect(page.locator("#composer .wrong")).to_contain_text(
        "no longer has these words"
    )
    expect(field).to_have_value("mine")
    assert not Annotation.objects.exists()


def test_who_was_logged_out_keeps_what_they_wrote(opened, entry):
    page = opened("li")
    select(page, "近处密", "远处疏")
    page.get_by_role("button", name="Note", exact=True).click()
    field = page.locator("#composer textarea[name=body]")
    field.fill("mine")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    page.locator("#composer").get_by_role("button", name="Save").click()

    expect(page.locator("#composer .wrong")).to_contain_text("logged out")
    expect(field).to_have_value("mine")


def test_all_of_it_without_scripts(visit, entry, curator):
    asked = highlight(entry, "近处密", by=curator, meaning="question")
    page = visit(java_script_enabled=False)
    log_in(page, "li")
    page.goto(f"{entry.get_absolute_url()}?lang=zh")

    page.locator("#text-zh .to-note").click()
    thread(page, asked).get_by_role("link", name="Reply").click()
    page.locator("textarea[name=body]").fill("一个回答")
    page.locator("main form button.primary").click()
    expect(thread(page, asked)).to_contain_text("一个回答")
    page.locator(f"#note-{asked.pk}").hover()
    page.locator(f"#note-{asked.pk}").get_by_role("link", name="React").click()
    page.get_by_role("button", name="thanks").click()
    expect(thread(page, asked)).to_contain_text("thanks 1")
    thread(page, asked).get_by_role("button", name="Resolve").click()
    expect(thread(page, asked)).to_contain_text("Resolved by li")

    page.locator(".notes details summary").click()
    page.get_by_label("About this passage").fill("段")
    page.get_by_label("What the passage is").select_option("method")
    page.locator(".notes button.primary").click()
    page.get_by_role("group", name="Which do you mean?").locator("input").nth(1).check()
    page.locator("main form button.primary").click()

    expect(page.locator("mark.method")).to_contain_text("段")
    assert Annotation.objects.get(exact="段").start > 0


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_state_has_a_fault_axe_can_find(
    opened, entry, curator, language, theme, width
):
    li = person("chen")
    for meaning, words in zip(
        ("key", "question", "method", "disagree", ""),
        ("膨胀注意力", "代价只有", "稀疏取样", "the code", "short"),
        strict=True,
    ):
        made = highlight(entry, words, by=li, meaning=meaning)
        annotations.reply(made, f"回答 @wang {meaning}", by=curator, now=NOW)
    annotations.react(made, "agree", on=True, by=curator, now=NOW)
    annotations.resolve(made, by=li, now=NOW)
    highlight(entry, "近处密", by=li)
    Annotation.objects.filter(exact="近处密").update(orphaned_at=NOW)
    page = opened(
        locale=language,
        color_scheme=theme,
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )

    told = faults(page)
    select(page, "远处疏", "远处疏")
    told += faults(page)
    page.locator("quote-bar [data-do=note]").click()
    expect(page.locator(".composing textarea[name=body]")).to_be_focused()
    page.keyboard.type("@l")
    expect(page.locator(".composing [role=option]").first).to_be_visible()
    told += faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("a.reply").first.click()
    told += faults(page)

    assert told == []
