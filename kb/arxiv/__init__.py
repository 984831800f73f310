"""arXiv: asking it politely, and believing only what it really said.

`client.Client` asks, `gate.Gate` decides when anyone may ask, `atom` reads the reply,
`records` holds what was said and `errors` what went wrong. Nothing here touches the
database.
"""
