"""Search: from what was typed to ranked entries, over an index of the database.

`query` reads the text, `ranking` turns it into the index's own queries, `find`
answers; `documents` says what an entry is to the index, `sync` keeps it so.
"""
