"""Nouns: what the library is made of, with the queries that compose."""

from kb.models.annotations import Annotation, Reaction
from kb.models.audit import AuditLine
from kb.models.blogs import Blog
from kb.models.changes import Change
from kb.models.chores import Chore
from kb.models.distinctions import Distinction
from kb.models.entries import Entry, Filing, TaggedEntry
from kb.models.harvests import ArxivRequest, Harvest
from kb.models.links import LinkCheck
from kb.models.lists import ImportDraft, ListItem, ReadingList
from kb.models.members import Member
from kb.models.milestones import Milestone
from kb.models.notifications import Mail, Notification
from kb.models.papers import Paper, PaperVersion
from kb.models.reading import Look, Reading
from kb.models.resources import Resource
from kb.models.runs import Run
from kb.models.shares import Share
from kb.models.summaries import Summary
from kb.models.tags import TagAlias
from kb.models.topics import FormerTopic, Topic

__all__ = [
    "Annotation",
    "ArxivRequest",
    "AuditLine",
    "Blog",
    "Change",
    "Chore",
    "Distinction",
    "Entry",
    "Filing",
    "FormerTopic",
    "Harvest",
    "ImportDraft",
    "LinkCheck",
    "ListItem",
    "Look",
    "Mail",
    "Member",
    "Milestone",
    "Notification",
    "Paper",
    "PaperVersion",
    "Reaction",
    "Reading",
    "ReadingList",
    "Resource",
    "Run",
    "Share",
    "Summary",
    "TagAlias",
    "TaggedEntry",
    "Topic",
]
