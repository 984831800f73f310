"""Annotations as files, which other programs write and read.

W3C's Web Annotation model as JSON-LD, both ways, and what Hypothesis exports, inwards.
https://www.w3.org/TR/annotation-model/
"""

from kb.webannotations.annotations import (
    Annotation,
    Collection,
    Person,
    Position,
    Quote,
    Target,
)
from kb.webannotations.files import read
from kb.webannotations.problems import NotAnnotations, Problem
from kb.webannotations.writing import write

__all__ = [
    "Annotation",
    "Collection",
    "NotAnnotations",
    "Person",
    "Position",
    "Problem",
    "Quote",
    "Target",
    "read",
    "write",
]
