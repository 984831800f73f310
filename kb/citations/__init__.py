"""Citations as other programs keep them, and as people read them.

Every format is read to and written from `references.Reference`, and nothing else.
"""
