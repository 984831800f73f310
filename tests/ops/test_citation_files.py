"""Files of citations, brought in as a list is."""

import pytest

from kb.models import Blog, Entry, Paper, Topic
from kb.ops import citations
from kb.ops.imports.reading import read
from kb.ops.imports.run import import_source
from kb.readinglist.document import NotAList
from tests.factories import NOW, paper

pytestmark = pytest.mark.django_db

BIBTEX = r"""
@article{longnet, title={{LongNet}: Scaling}, author={Ding, Jiayu and {王小明}},
  eprint={2307.02486}, archiveprefix={arXiv}, year={2023}, keywords={long, moe}}
@inproceedings{muller, title={On {\"U}bung}, author={M{\"u}ller, Jo},
  booktitle={Proc. X}, year=2020, doi={10.1000/x.1}, abstract={We study it.},
  annote={值得再读一遍}}
@online{post, title={A Post}, url={https://example.org/post}, author={Ann Li}}
@article{broken, title={never closed
"""
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:bib="http://purl.org/net/biblio#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/">
 <bib:Article rdf:about="#item_1">
  <z:itemType>preprint</z:itemType>
  <dc:title>LongNet</dc:title>
  <bib:authors><rdf:Seq><rdf:li><foaf:Person>
   <foaf:surname>Ding</foaf:surname><foaf:givenName>Jiayu</foaf:givenName>
  </foaf:Person></rdf:li></rdf:Seq></bib:authors>
  <dcterms:isReferencedBy rdf:resource="#item_9"/>
  <dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/2307.02486</rdf:value>
  </dcterms:URI></dc:identifier>
  <dc:subject>moe</dc:subject><dc:date>2023-07-05</dc:date>
 </bib:Article>
 <bib:Memo rdf:about="#item_9">
  <rdf:value>&lt;p&gt;A note &amp;amp; more.&lt;/p&gt;</rdf:value></bib:Memo>
 <z:Collection rdf:about="#collection_1"><dc:title>Model</dc:title>
  <dcterms:hasPart rdf:resource="#collection_2"/></z:Collection>
 <z:Collection rdf:about="#collection_2"><dc:title>moe</dc:title>
  <dcterms:hasPart rdf:resource="#item_1"/></z:Collection>
</rdf:RDF>
"""


def bring_in(text, name, **options):
    source = read(text.encode(), name)
    return import_source(source, name=name, by=None, now=NOW, **options)


def test_bibtex_becomes_entries_and_what_is_broken_is_told():
    report = bring_in(BIBTEX, "library.bib")

    assert report.count("created") == 3
    assert [rest["line"] for rest in report.unparsed] == [8]
    known = Paper.objects.get(arxiv_id="2307.02486")
    assert known.title == "LongNet: Scaling"
    assert known.refresh_due_at == NOW  # arXiv tells the rest
    assert set(known.tags.names()) == {"long", "moe"}
    other = Paper.objects.get(doi="10.1000/x.1")
    assert (other.title, other.author_names) == ("On Übung", ["Jo Müller"])
    assert (other.journal_ref, other.abstract) == ("Proc. X (2020)", "We study it.")
    assert other.summaries.get().body == "值得再读一遍"
    assert Blog.objects.get().author == "Ann Li"


@pytest.mark.parametrize("name", ["library.bib", "pasted"])
def test_bringing_it_in_again_changes_nothing(name):
    bring_in(BIBTEX, name)

    assert bring_in(BIBTEX, name).changes == 0


def test_collections_of_zotero_are_topics_and_its_notes_summaries():
    report = bring_in(RDF, "library.rdf")

    assert report.count("created") == 1
    assert list(Topic.objects.values_list("address", flat=True)) == [
        "model",
        "model/moe",
    ]
    entry = Entry.objects.get()
    assert entry.topics.get().address == "model/moe"
    assert entry.summaries.get().body == "A note & more."


def test_what_the_library_hands_out_comes_back_as_it_was():
    paper("2307.02486", "LongNet & friends", tags=["long"])
    paper("2305.17126", "Tool Makers")
    entries = list(Entry.objects.for_list())

    for name, form in citations.FORMATS.items():
        if name in {"bibtex", "ris", "csl"}:
            text = "".join(form.write(entries))
            report = bring_in(text, f"library.{form.ending}")
            assert (report.count("created"), report.count("updated")) == (0, 0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.bib", "@article{a, title={x"),
        ("a.ris", "TY  - JOUR\nAU  - x"),
        ("a.json", '[{"title": 3}, 4'),
        ("a.rdf", "<rdf:RDF><open>"),
        ("a.rdf", '<!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF>&a;</rdf:RDF>'),
    ],
)
def test_a_damaged_file_is_told_and_makes_nothing(name, text):
    report = bring_in(text, name)

    assert report.unparsed
    assert Entry.objects.count() == 0


def test_a_file_that_is_no_text_is_refused():
    with pytest.raises(NotAList):
        read(b"\xff\xfe", "a.bib")
