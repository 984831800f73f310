"""The reading list as a file: read without loss, written to read back the same.

Stages: `source` (bytes to text), `blocks` (Markdown structure), `units` (one
list item or paragraph), `entries` (title, address, summaries), `parser` (the
document). `writer` goes the other way; `docs/format.md` is the user's page.
"""
