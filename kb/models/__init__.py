"""Nouns: what the library is made of, with the queries that compose."""

from kb.models.entries import Blog, Entry, Filing, Paper, PaperVersion, TaggedEntry
from kb.models.lists import ListItem, ReadingList
from kb.models.members import Member
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
