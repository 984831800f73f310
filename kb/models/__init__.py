"""Nouns: what the library is made of, with the queries that compose."""

from kb.models.annotations import Annotation
from kb.models.blogs import Blog
from kb.models.changes import Change
from kb.models.entries import Entry, Filing, TaggedEntry
from kb.models.lists import ListItem, ReadingList
from kb.models.members import Member
from kb.models.papers import Paper, PaperVersion
from kb.models.reading import Reading
from kb.models.runs import Run
from kb.models.summaries import Summary
from kb.models.topics import Topic

__all__ = [
    "Annotation",
    "Blog",
    "Change",
    "Entry",
    "Filing",
    "ListItem",
    "Member",
    "Paper",
    "PaperVersion",
    "Reading",
    "ReadingList",
    "Run",
    "Summary",
    "TaggedEntry",
    "Topic",
]
