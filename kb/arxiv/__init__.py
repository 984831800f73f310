"""arXiv: asking it politely, and believing only what it really said.

`client.Client` asks for papers by identifier and `harvester.Harvester` for all that
changed; `gate.Gate` decides when anyone may ask. `atom` and `oai` read the replies and
`snapshot` a file of everything; `records` holds what was said and `errors` what went
wrong. Nothing here touches the database.
"""
