import pytest

from kb.models import Entry, Paper, ReadingList, Resource, Run, Summary, Topic
from kb.models.history import events
from kb.ops import entries, exports, summaries, topics
from kb.ops.entries import Wanted
from kb.ops.imports.run import import_list
from tests.factories import NOW, blog, paper, person

pytestmark = pytest.mark.django_db

LIST = """\
# paper

- A Plain Title: With a Colon，https://arxiv.org/abs//2301.00001, 第一条，还没有归类

## Data/pretrain

## Model
- long context
- moe

## Finetune
- [First](https://arxiv.org/abs/2301.00002), 关于微调的笔记
- [Second](https://example.org/second), notes in English on tuning

# blog

- [复杂推理](https://example.org/推理), 一篇博客
"""


def bring_in(text, *, name="list", by=None, dry_run=False):
    return import_list(text, name=name, by=by, now=NOW, dry_run=dry_run)


def order(topic):
    return [
        entry.title for entry in Entry.objects.in_topic(Topic.objects.get(name=topic))
    ]


def test_a_list_becomes_topics_entries_and_summaries():
    report = bring_in(LIST)

    assert report.count("created") == 4
    assert list(Topic.objects.values_list("address", flat=True)) == [
        "data-pretrain",
        "model",
        "model/long-context",
        "model/moe",
        "finetune",
    ]
    plain = Paper.objects.get(arxiv_id="2301.00001")
    assert plain.title == "A Plain Title: With a Colon"
    assert plain.source_url == "https://arxiv.org/abs//2301.00001"
    assert plain.refresh_due_at == NOW
    assert order("Finetune") == ["First", "Second"]
    assert set(Summary.objects.values_list("language", "body")) == {
        ("zh", "第一条，还没有归类"),
        ("zh", "关于微调的笔记"),
        ("en", "notes in English on tuning"),
        ("zh", "一篇博客"),
    }
    assert Entry.objects.get(title="复杂推理").kind == "blog"


def test_importing_twice_changes_nothing_and_says_so():
    bring_in(LIST)
    before = events(Entry).objects.count(), events(Summary).objects.count()

    report = bring_in(LIST)

    assert report.changes == 0
    assert report.count("unchanged") == 4
    assert report.topics_unchanged == 5
    assert before == (events(Entry).objects.count(), events(Summary).objects.count())


def test_a_dry_run_reports_what_an_import_does_and_writes_nothing():
    planned = bring_in(LIST, dry_run=True)
    assert not Entry.objects.exists()
    assert not Topic.objects.exists()
    assert not ReadingList.objects.exists()

    applied = bring_in(LIST)

    assert planned.counts == applied.counts
    assert planned.rows == applied.rows


def test_an_import_is_attributed_and_recorded():
    li = person()
    bring_in(LIST, by=li)

    who = events(Summary).objects.values_list("pgh_context__metadata__user", flat=True)
    assert set(who) == {li.pk}
    run = Run.objects.get()
    assert (run.kind, run.subject, run.asked_by) == ("import", "list", li)
    assert run.report["counts"]["created"] == 4


def test_a_grown_list_adds_what_is_new_in_its_place():
    bring_in(LIST)
    grown = LIST.replace(
        "- [Second]", "- [Between](https://arxiv.org/abs/2301.00003), 新的\n- [Second]"
    ).replace("- moe\n", "- attention\n- moe\n")

    report = bring_in(grown)

    assert report.count("created") == 1
    assert report.topics_created == ["Model / attention"]
    assert order("Finetune") == ["First", "Between", "Second"]
    below = topics.children(Topic.objects.get(name="Model"))
    assert [topic.name for topic in below] == ["long context", "attention", "moe"]
    assert bring_in(grown).changes == 0


def test_a_text_the_list_changed_and_nobody_here_did_is_taken_over():
    bring_in(LIST)

    report = bring_in(LIST.replace("关于微调的笔记", "关于微调的新笔记"))

    assert [row.fields for row in report.rows if row.outcome == "updated"] == [("zh",)]
    assert Summary.objects.filter(body="关于微调的新笔记", version=2).exists()


def test_a_members_edit_is_never_overwritten_and_becomes_a_conflict():
    bring_in(LIST)
    first = Entry.objects.get(title="First")
    summaries.save(first, "zh", "成员的笔记", base=1, by=person(), now=NOW)
    changed = LIST.replace("关于微调的笔记", "列表的新笔记")

    reports = [bring_in(changed), bring_in(changed)]

    assert first.summaries.get().body == "成员的笔记"
    for report in reports:  # until people agree, it is reported each time
        (row,) = report.conflicts()
        assert (row.line, row.fields) == (12, ("zh",))
        assert (row.ours, row.theirs) == ("成员的笔记", "列表的新笔记")


def test_a_members_edit_the_list_knows_nothing_of_is_no_conflict():
    bring_in(LIST)
    first = Entry.objects.get(title="First")
    summaries.save(first, "zh", "成员的笔记", base=1, by=None, now=NOW)
    entries.edit(first, Wanted("成员的标题", "paper", first.topics.all()), by=None)

    report = bring_in(LIST)

    assert report.changes == 0
    assert report.conflicts() == []


def test_where_members_filed_an_entry_it_stays():
    bring_in(LIST)
    first, moe = Entry.objects.get(title="First"), Topic.objects.get(name="moe")
    entries.edit(first, Wanted("First", "paper", [moe]), by=None)

    report = bring_in(LIST)

    assert report.changes == 0
    assert list(first.topics.all()) == [moe]


def test_an_entry_the_list_moved_is_moved():
    bring_in(LIST)
    line = "- [First](https://arxiv.org/abs/2301.00002), 关于微调的笔记\n"
    moved = LIST.replace(line, "").replace("## Model\n", f"## Model\n### moe\n{line}")
    moved = moved.replace("- long context\n- moe\n", "")

    bring_in(moved)

    assert order("moe") == ["First"]
    assert order("Finetune") == ["Second"]


def test_a_topic_renamed_here_stays_the_one_the_list_means():
    bring_in(LIST)
    topics.rename(Topic.objects.get(name="moe"), "Mixture of Experts", by=None)

    report = bring_in(LIST)

    assert report.changes == 0
    assert not Topic.objects.filter(name="moe").exists()


def test_a_paper_that_was_pasted_is_found_by_its_id():
    pasted = paper("2301.00002", title="")

    report = bring_in(LIST)

    assert report.count("created") == 3
    pasted.refresh_from_db()
    assert pasted.title == "First"
    assert pasted.summaries.get().body == "关于微调的笔记"


def test_a_corrected_link_keeps_the_entry():
    bring_in(LIST)
    second = Entry.objects.get(title="Second")

    bring_in(
        LIST.replace("https://example.org/second", "https://arxiv.org/abs/2301.00004")
    )

    kept = Paper.objects.get(pk=second.pk)
    assert (kept.url, kept.arxiv_id) == (
        "https://arxiv.org/abs/2301.00004",
        "2301.00004",
    )
    assert kept.refresh_due_at == NOW


def test_two_pages_of_one_title_are_two_entries():
    bring_in("# blog\n\n- [Introduction](https://a.example/), 甲\n")
    bring_in("# blog\n\n- [Introduction](https://b.example/), 乙\n", name="other")

    assert Entry.objects.filter(title="Introduction").count() == 2


def test_an_entry_in_two_sections_is_one_entry_under_both():
    twice = LIST.replace(
        "# blog", "## Agent\n- [First](https://arxiv.org/abs/2301.00002)\n\n# blog"
    )

    report = bring_in(twice)

    assert report.count("created") == 4
    first = Entry.objects.get(title="First")
    assert {topic.name for topic in first.topics.all()} == {"Finetune", "Agent"}


def test_what_left_the_list_stays_and_is_counted():
    bring_in(LIST)

    report = bring_in(
        LIST.replace(
            "- [Second](https://example.org/second), notes in English on tuning\n", ""
        )
    )

    assert report.left == 1
    assert Entry.objects.filter(title="Second").exists()


# --- Again and again ----------------------------------------------------------


def test_a_list_may_grow_for_ever():
    lines = ""
    for n in range(40):
        lines += f"- [Entry {n}](https://example.org/{n}), 笔记\n"
        bring_in(f"# paper\n\n## Agent\n{lines}")

    assert order("Agent") == [f"Entry {n}" for n in range(40)]
    assert Entry.objects.order_by("-position").first().position < 100


def test_a_new_order_of_the_list_is_followed():
    bring_in(LIST)
    first, second = LIST.splitlines()[11:13]

    report = bring_in(LIST.replace(f"{first}\n{second}", f"{second}\n{first}"))

    assert order("Finetune") == ["Second", "First"]
    assert report.reordered == 2


def test_an_order_members_made_stays():
    bring_in(LIST)
    finetune = Topic.objects.get(name="Finetune")
    finetune.filings.filter(entry__title="First").update(position=99)
    assert order("Finetune") == ["Second", "First"]

    report = bring_in(LIST)

    assert report.changes == 0
    assert order("Finetune") == ["Second", "First"]


def test_each_topic_has_its_own_order_of_entries_they_share():
    bring_in(
        "# paper\n\n## X\n- [Two](https://e.example/2)\n\n"
        "## A\n- [One](https://e.example/1)\n- [Two](https://e.example/2)\n"
    )

    assert order("X") == ["Two"]
    assert order("A") == ["One", "Two"]


def test_a_title_that_gets_its_address_further_down_is_one_entry_with_it():
    bring_in(
        "# paper\n\n## A\n- Some title <!-- entry -->\n\n"
        "## B\n- [Some title](https://arxiv.org/abs/2307.02486)\n"
    )

    assert Paper.objects.get().arxiv_id == "2307.02486"


def test_a_title_that_becomes_two_pages_becomes_two_entries():
    bring_in("# blog\n\n- [T](https://e.example/0), 旧\n")

    bring_in(
        "# blog\n\n- [T](https://e.example/1), 旧\n- [T](https://e.example/2), 新\n"
    )

    urls = set(Entry.objects.values_list("url", flat=True))
    assert urls == {"https://e.example/1", "https://e.example/2"}


def test_an_address_corrected_here_stays_corrected():
    bring_in("# blog\n\n- [T](https://e.example/dead), 笔记\n")
    named = entries.understand("https://e.example/alive")
    entries.relink(Entry.objects.get(), named, now=NOW)
    entries.edit(Entry.objects.get(), Wanted("Better title", "blog"), by=None)

    report = bring_in("# blog\n\n- [T](https://e.example/dead), 笔记\n")

    assert report.changes == 0
    kept = Entry.objects.get()
    assert (kept.url, kept.title) == ("https://e.example/alive", "Better title")


def test_a_retitled_entry_without_address_is_found_again():
    text = "# paper\n\n## A\n- Some title <!-- entry -->\n"
    bring_in(text)
    entries.edit(
        Entry.objects.get(), Wanted("Another", "paper", Topic.objects.all()[:]), by=None
    )

    assert bring_in(text).changes == 0
    assert Entry.objects.get().title == "Another"


def test_a_title_too_long_to_keep_whole_is_found_again():
    text = f"# paper\n\n## A\n- {'word ' * 150}<!-- entry -->\n"
    bring_in(text)

    assert bring_in(text).changes == 0
    assert Entry.objects.count() == 1


def test_a_doi_names_the_paper_that_has_it():
    known = paper("2307.02486")
    Paper.objects.update(doi="10.1145/3531146.3533088")

    bring_in("# paper\n\n- [LongNet](https://doi.org/10.1145/3531146.3533088), 笔记\n")

    assert Entry.objects.get() == known


def test_what_list_and_curator_both_wrote_about_a_topic_is_a_conflict():
    bring_in("# paper\n\n## Model <!-- zh: 模型 -->\n\n旧介绍。\n")
    topic = Topic.objects.get()
    topics.describe(topic, names={"zh": "模型类"}, intro="编目员的介绍。", by=None)

    report = bring_in("# paper\n\n## Model <!-- zh: 各种模型 -->\n\n新介绍。\n")

    topic.refresh_from_db()
    assert (topic.name_zh, topic.intro) == ("模型类", "编目员的介绍。")
    assert {row.fields for row in report.conflicts()} == {("zh",), ("intro",)}
    assert report.counts["conflicts"] == 2


def test_an_introduction_emptied_here_stays_empty():
    text = "# paper\n\n## Model\n\n介绍。\n"
    bring_in(text)
    topics.describe(Topic.objects.get(), names={}, intro="", by=None)

    assert bring_in(text).changes == 0
    assert Topic.objects.get().intro == ""


def test_texts_too_long_to_keep_are_reported_each_time_and_change_nothing():
    long = "长" * 30_000
    topic = f"## Model <!-- zh: 模型 -->\n\n{long}"
    text = f"# paper\n\n{topic}\n\n- [T](https://e.example/), {long}\n"
    first = bring_in(text)
    again = bring_in(text)

    assert len(first.unparsed) == len(again.unparsed) == 2
    assert again.changes == 0
    assert Topic.objects.get().name_zh == "模型"


def test_what_cannot_be_kept_is_reported_and_the_rest_is_kept():
    long = f"https://e.example/{'a' * 2100}"
    report = bring_in(
        f"# paper\n\n- {long}\n- [Kept](https://e.example/) <!-- tags: 🔥, moe -->\n"
    )

    kept = Entry.objects.get()
    assert list(kept.tags.names()) == ["moe"]
    assert {rest["text"][:18] for rest in report.unparsed} == {
        "https://e.example/",
        "🔥",
    }


def test_a_list_is_imported_under_its_own_name_after_a_topic_was_renamed():
    bring_in(LIST)
    topics.rename(Topic.objects.get(name="Finetune"), "Fine-tuning", by=None)

    report = bring_in(exports.markdown())

    assert report.topics_created == []
    assert report.conflicts() == []
    assert Topic.objects.count() == 5


def test_names_are_kept_with_single_spaces():
    topics.create("long  context\t模型", parent=None, by=None)
    paper(topics=Topic.objects.all())

    assert bring_in(exports.markdown()).topics_created == []
    assert Topic.objects.get().name == "long context 模型"


def test_an_entry_the_list_calls_another_kind_is_reported():
    bring_in("# blog\n\n- [T](https://e.example/), 笔记\n")

    report = bring_in("# paper\n\n- [T](https://e.example/), 笔记\n")

    (row,) = report.conflicts()
    assert (row.fields, row.ours, row.theirs) == (("kind",), "blog", "paper")


def test_posts_among_papers_keep_their_places():
    topic = topics.create("Agent", parent=None, by=None)
    blog("https://e.example/post", "Post", topics=[topic])
    paper("2301.00001", "Paper", topics=[topic])

    report = bring_in(exports.markdown())

    assert report.changes == 0
    assert order("Agent") == ["Post", "Paper"]


def test_a_paper_arxiv_has_not_answered_for_is_exported_without_a_title():
    paper("2307.02486", title="")
    text = exports.markdown()
    Entry.objects.all().delete()

    bring_in(text)

    kept = Paper.objects.get()
    assert (kept.arxiv_id, kept.title_from_arxiv) == ("2307.02486", True)


def test_what_was_pasted_as_an_id_is_exported_as_an_address():
    paper("2307.02486")

    assert "](https://arxiv.org/abs/2307.02486)" in exports.markdown()


# --- Export -------------------------------------------------------------------


def state():
    """All that a list can say of the library, in order."""
    tree = [
        (topic.address, topic.name, topic.name_en, topic.name_zh, topic.intro)
        for topic in Topic.objects.all()
    ]
    rows = []
    for entry in Entry.objects.for_list().order_by("kind", "url", "title"):
        filed = [filing.topic.address for filing in entry.filings.all()]
        texts = sorted((row.language, row.body) for row in entry.summaries.all())
        tags = sorted(tag.name for tag in entry.tags.all())
        rows.append((entry.kind, entry.title, entry.url, filed, texts, tags))
    orders = [
        [entry.title for entry in Entry.objects.in_topic(topic)]
        for topic in Topic.objects.all()
    ]
    unfiled = [entry.title for entry in Entry.objects.unfiled()]
    return tree, rows, orders, unfiled


def test_an_export_imports_back_to_the_same_state():
    bring_in(LIST)
    first = Entry.objects.get(title="First")
    moe = Topic.objects.get(name="moe")
    topics.describe(
        Topic.objects.get(name="Model"),
        names={"zh": "模型", "en": "Models"},
        intro="一段介绍。",
        by=None,
    )
    entries.edit(
        first, Wanted("First [of many]", "paper", [moe], ["微调", "a b"]), by=None
    )
    summaries.save(
        first,
        "en",
        "Notes:\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        base=0,
        by=None,
        now=NOW,
    )
    before, text = state(), exports.markdown()

    Entry.objects.all().delete()
    Topic.objects.filter(depth=1).delete()
    ReadingList.objects.all().delete()
    bring_in(text, name="back")

    assert state() == before
    assert exports.markdown() == text


def test_an_export_of_an_import_changes_nothing_when_imported():
    bring_in(LIST)

    report = bring_in(exports.markdown(), name="other")

    assert report.changes == 0
    assert report.conflicts() == []


def test_what_is_new_under_nearly_a_known_title_is_told_and_added_all_the_same():
    known = paper(title="Attention Is All You Need")
    text = "- [Atention is all you need](https://example.org/attention)\n"

    report = bring_in(text, dry_run=True)
    assert report.as_json()["possible_duplicates"] == [
        {
            "line": 1,
            "title": "Atention is all you need",
            "entry": known.pk,
            "existing": "Attention Is All You Need",
        }
    ]

    assert bring_in(text).count("created") == 1
    assert Entry.objects.count() == 2
    assert bring_in(text).duplicates == []


def test_what_the_library_has_by_its_address_is_no_duplicate():
    paper("2301.00002", "First")

    report = bring_in(LIST)

    assert report.duplicates == []


@pytest.mark.parametrize(
    "form",
    [
        "https://doi.org/10.48550/arXiv.2301.00002",
        "https://doi.org/10.1145/3292500.3330701",
        "https://dl.acm.org/doi/pdf/10.1145/3292500.3330701.pdf",
        "http://example.org/same",
    ],
)
def test_another_form_of_what_is_there_adds_nothing(form):
    paper("2301.00002", "First")
    Paper.objects.update(doi="10.1145/3292500.3330701")
    blog("https://example.org/same")

    bring_in(f"- [Something](https://arxiv.org/abs/2301.00003)\n- [Other]({form})\n")

    assert Entry.objects.count() == 3


def test_links_beside_entries_come_back_from_what_is_handed_out():
    bring_in(
        "# paper\n\n"
        "- [A Survey](https://arxiv.org/abs/2301.00001) [[code](https://github.com/a/b)]"
        " [[demo](https://demo.example/)], worth reading\n"
        "- [Another One](https://arxiv.org/abs/2301.00002), see https://github.com/a/c\n"
    )
    text = exports.markdown()
    Entry.objects.all().delete()

    bring_in(text, name="back")

    urls = set(Resource.objects.values_list("url", flat=True))
    assert urls == {
        "https://github.com/a/b",
        "https://demo.example/",
        "https://github.com/a/c",
    }
    assert Summary.objects.get(entry__title="A Survey").body == "worth reading"
    assert exports.markdown() == text


def test_a_topic_is_one_in_both_languages():
    bring_in("# paper\n\n## Reasoning\n### Agents\n- [One](https://a.example/1)\n")
    for name, zh in (("Reasoning", "推理"), ("Agents", "智能体")):
        topic = Topic.objects.get(name=name)
        topics.describe(topic, names={"zh": zh}, intro="", by=None)

    theirs = "# 论文\n\n## 推理\n### 智能体\n- [Two](https://a.example/2)\n"
    report = bring_in(theirs, name="another list")

    assert report.topics_created == []
    assert Topic.objects.count() == 2
    assert set(order("Agents")) == {"One", "Two"}


def test_a_topic_of_that_very_name_goes_before_one_also_called_so():
    bring_in("# paper\n\n## Reasoning\n- [One](https://a.example/1)\n")
    topics.describe(Topic.objects.get(), names={"zh": "推理"}, intro="", by=None)
    topics.create("推理", parent=None, by=None)

    bring_in("# paper\n\n## 推理\n- [Two](https://a.example/2)\n", name="another")

    assert order("推理") == ["Two"]
