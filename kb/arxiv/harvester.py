"""Asking arXiv for everything that changed, page by page.

Verbs: https://www.openarchives.org/OAI/openarchivesprotocol.html#ProtocolMessages
"""

from datetime import date

from kb.arxiv import asking, oai
from kb.arxiv.asking import Asker
from kb.arxiv.errors import MalformedFeed, NoSuchPaper
from kb.arxiv.exchange import Answer
from kb.arxiv.oai import Page
from kb.arxiv.records import RawRecord
from kb.text import arxiv_ids

_FORMAT = {"metadataPrefix": "arXivRaw"}


class Harvester(Asker):
    """Asks the OAI-PMH interface at `url`, through `gate` and never around it."""

    protocol = "oai"
    usual_timeout = 60.0

    def page(self, *, since: date, set_spec: str = "", token: str = "") -> Page:
        """Return one page of what changed on the day `since` or later.

        The first page is asked for without `token`, each next one with the token of the
        page before, which alone then counts. A walk may miss a record that changes
        during it, so the next walk should begin a day or two before this one's end.

        Raises GateClosed; TokenExpired, on which the walk begins anew; and, with the
        gate blocked, ArxivUnavailable.
        """
        query = {"verb": "ListRecords"}
        if token:
            query["resumptionToken"] = token
        else:
            query |= _FORMAT | {"from": since.isoformat()}
            query |= {"set": set_spec} if set_spec else {}
        return self._ask(query, _read)

    def record(self, arxiv_id: str) -> RawRecord | None:
        """Return all that arXiv has on one paper, or None if it has no such paper.

        The identifier may be written in any way; a version in it does not count.
        Raises ValueError if it is none, else as `page` does.
        """
        reference = arxiv_ids.parse(arxiv_id)
        if reference is None:
            raise ValueError(f"{arxiv_id!r} is not an arXiv identifier")
        name = {"identifier": f"oai:arXiv.org:{reference.id}"}
        query = {"verb": "GetRecord"} | _FORMAT | name
        try:
            page = self._ask(query, lambda answer: _about(reference.id, _read(answer)))
        except NoSuchPaper:
            return None
        return page.records[0] if page.records else None


def _read(answer: Answer) -> Page:
    return oai.parse(asking.body(answer))


def _about(identifier: str, page: Page) -> Page:
    named = [record.id for record in page.records] + list(page.deleted)
    if named != [identifier]:
        raise MalformedFeed(f"arXiv sent {named} when asked for {identifier}")
    return page
