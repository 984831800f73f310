"""The site: a view takes a request, calls one verb, and shows what came of it."""
