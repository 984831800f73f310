"""Bring papers' metadata from arXiv, without touching what people wrote.

`asking` makes the clients, which all go through one gate. `queue` knows which papers
are due and `walks` how far the harvests are; `schedule` says when they are due next.
`refreshing`, `harvesting`, `details` and `snapshots` are four ways in which arXiv says
something, `facts` is what it said, and `applying` the one place where a paper takes it
over, with the `milestones` that makes; `rows` writes it. `turns` is what jobs do.
"""

from kb.ops.papers.asking import (
    arxiv_client,
    arxiv_gate,
    arxiv_harvester,
    comes_next,
    prune_requests,
)
from kb.ops.papers.details import detail
from kb.ops.papers.harvesting import harvest
from kb.ops.papers.queue import ask, claim, claim_details, give_back, hold
from kb.ops.papers.refreshing import figures, postpone, refresh, settle_all
from kb.ops.papers.snapshots import Progress, Wanted, take_in
from kb.ops.papers.turns import EVERYTHING_DUE, end, harvest_turn, refresh_in, turn
from kb.ops.papers.walks import ask as ask_harvest
from kb.ops.papers.walks import claim as claim_harvest
from kb.ops.papers.walks import take_over

__all__ = [
    "EVERYTHING_DUE",
    "Progress",
    "Wanted",
    "arxiv_client",
    "arxiv_gate",
    "arxiv_harvester",
    "ask",
    "ask_harvest",
    "claim",
    "claim_details",
    "claim_harvest",
    "comes_next",
    "detail",
    "end",
    "figures",
    "give_back",
    "harvest",
    "harvest_turn",
    "hold",
    "postpone",
    "prune_requests",
    "refresh",
    "refresh_in",
    "settle_all",
    "take_in",
    "take_over",
    "turn",
]
