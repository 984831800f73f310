"""Asking arXiv for papers by identifier.

Parameters: https://info.arxiv.org/help/api/user-manual.html#311-query-interface
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from kb.arxiv import asking, atom, tally
from kb.arxiv.asking import Asker
from kb.arxiv.atom import Feed
from kb.arxiv.errors import ArxivUnavailable, GateClosed, MalformedFeed
from kb.arxiv.exchange import Answer
from kb.arxiv.records import Reply

BATCH = 100


class Client(Asker):
    """Asks the Atom API at `url`, through `gate` and never around it."""

    protocol = "atom"
    usual_timeout = 14.0

    def fetch(
        self, ids: Sequence[str], *, wait: Callable[[float], None] | None = None
    ) -> Reply:
        """Return what arXiv says of at most 100 papers, in one request if it can.

        An identifier may be written in any way and with a version. When arXiv refuses
        one, the rest is asked for again, which takes further turns: `wait` is called
        with the seconds to let pass (`time.sleep`), never for a block. Without it, or
        when blocked, raises GateClosed; when arXiv gives no usable answer, blocks the
        gate and raises ArxivUnavailable. Both carry what is already `known`, but a
        refusal that does not say of which identifier needs `wait` to be narrowed down.
        """
        if len(ids) > BATCH:
            raise ValueError(f"Ask for at most {BATCH} papers at once, not {len(ids)}")
        account = tally.Tally(ids)
        names, pending = account.names, [account.names] if account.names else []
        try:
            while pending:
                names = pending.pop()
                pending += account.note(names, self._feed(names, wait))
        except (ArxivUnavailable, GateClosed) as error:
            error.known, error.unasked = account.reply(), len(names)
            raise
        return account.reply()

    def _feed(self, names: Sequence[str], wait: Callable[[float], None] | None) -> Feed:
        # Without max_results arXiv silently sends no more than ten.
        query: dict[str, str | int] = {
            "id_list": ",".join(names),
            "max_results": len(names),
        }
        return self._ask(query, lambda answer: _read(answer, names), wait)


def _read(answer: Answer, names: Sequence[str]) -> Feed:
    # 400 is how arXiv refuses an identifier, with a feed that says which.
    feed = atom.parse(asking.body(answer, also=[HTTPStatus.BAD_REQUEST]))
    if answer.status == HTTPStatus.BAD_REQUEST and feed.error is None:
        raise MalformedFeed("arXiv refused the request (HTTP 400) without saying why")
    tally.check(names, feed)
    return feed
