"""Words of the Web Annotation model, and of schema.org where it has none.

https://www.w3.org/TR/annotation-vocab/
"""

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MARKDOWN = "text/markdown"
TEXTS = frozenset({MARKDOWN, "text/plain"})

# A note that its writer alone may see.
PRIVATE = {"type": "schema:Audience", "schema:audienceType": "private"}
# What was said has been dealt with.
STATUS = "schema:creativeWorkStatus"
RESOLVED = "resolved"

MOTIVATIONS = frozenset(
    {
        "assessing", "bookmarking", "classifying", "commenting", "describing",
        "editing", "highlighting", "identifying", "linking", "moderating",
        "questioning", "replying", "tagging",
    }
)  # fmt: skip
