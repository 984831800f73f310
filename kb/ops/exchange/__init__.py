"""Annotations to and from other programs, in the formats of `kb.webannotations`."""
