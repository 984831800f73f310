"""Nouns: what the library is made of, with the queries that compose."""

from kb.models.blogs import Blog
from kb.models.entries import Entry, Filing, TaggedEntry
from kb.models.lists import ListItem, ReadingList
from kb.models.members import Member
from kb.models.papers import Paper, PaperVersion
from kb.models.runs import Run
from kb.models.summaries import Summary
from kb.models.topics import Topic

__all__ = [
    "Blog",
    "Entry",
    "Filing",
    "ListItem",
    "Member",
    "Paper",
    "PaperVersion",
    "ReadingList",
    "Run",
    "Summary",
    "TaggedEntry",
    "Topic",
]
