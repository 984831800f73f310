"""Bring a reading list into the library: once, again, and without losing a word.

`run.import_list` is the verb. It finds what each item of the list already is
(`identity`), compares three texts for each field (`three_way`), and says what it
did (`report`).
"""
