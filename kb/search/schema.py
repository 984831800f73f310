"""The fields of the index, and what each is for.

Fields of words hold terms of `kb.text.analyser` joined by spaces: the engine only
splits them again, so that the index and the queries agree by construction.
"""

from hashlib import blake2b

import tantivy

VERSION = 4  # raise it with any change of fields, documents or analyser: all is rebuilt
NO_DAY = -(10**6)  # days before 1970, and before every date: sorts last

ANALYSED = "analysed"
SORTED = "sorted"  # kept whole to sort by, and not as terms, which nobody asks for

# Words, with the positions that phrases need. `text` decides what matches; the others
# add to the score. `note` is for members, `private` for its owner: each of its terms
# is f"{user_id}:{term}".
WORDS = ("text", "title", "names", "authors", "note", "private")
# Exact values. `flag` holds summary, code, withdrawn and, for members, note.
VALUES = (
    *("arxiv_id", "doi", "url", "status", "cat", "flag", "author_hint"),
    *("author_name", "kind_of_document"),
)
COUNTED = ("kind", "lang")  # exact values that facets count
# Keys of people: notes' owners, who added or wrote, notes' authors, and readers.
PEOPLE = ("noted_by", "by", "by_note", "starred", "read")
# Numbers that facets count: keys of rows, topics with all above, and authors' keys.
KEYS = ("topic", "tag", "author")
NUMBERS = ("year", "added", "published")  # years; placed unix seconds and unix days
PLACES = 2**24  # more than an index has entries

ENTRY, POSITION = "entry", "position"  # the two kinds of document


def build() -> tantivy.Schema:
    """Return the schema."""
    made = tantivy.SchemaBuilder()
    made.add_bytes_field("position", stored=True)
    made.add_unsigned_field("id", indexed=True, fast=True)
    made.add_unsigned_field("digest", fast=True)
    for name in WORDS:
        made.add_text_field(name, tokenizer_name=ANALYSED)
    made.add_text_field("summary", tokenizer_name=ANALYSED, index_option="basic")
    made.add_text_field("word", tokenizer_name=ANALYSED, index_option="basic")
    made.add_text_field(
        "sort_title", tokenizer_name=SORTED, index_option="basic", fast=True
    )
    for name in VALUES:
        made.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in COUNTED:
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in PEOPLE:
        made.add_unsigned_field(name, indexed=True)
    for name in KEYS:
        made.add_unsigned_field(name, indexed=True, fast=True)
    for name in NUMBERS:
        made.add_integer_field(name, fast=True)
    made.add_float_field("recency", fast=True)
    return made.build()


def author_key(name: str) -> int:
    """Return the number that stands for an author: names take long to count by.

    Among a million names, two have the same in one library of five hundred.
    """
    name_in_bytes = name.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name_in_bytes, digest_size=6).digest())


def author_name(name: str) -> str:
    """Return the term that leads from an author's key to the name."""
    return f"{author_key(name):012x}\t{name}"


def placed(number: int, key: int) -> int:
    """Return what sorts as a number does, and where two are equal by their keys.

    An import adds hundreds of entries at once: the engine would give those in an
    order of its own, another after each commit, so that pages would repeat entries.
    """
    return number * PLACES + key % PLACES


def prepare(index: tantivy.Index) -> tantivy.Index:
    """Return an index that was just opened, with what splits its texts."""
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(ANALYSED, spaces)
    nothing = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\z.")).build()
    index.register_tokenizer(SORTED, nothing)
    whole = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).build()
    index.register_fast_field_tokenizer(SORTED, whole)
    return index
