"""Every address of the site, asked by everybody: nothing is open by accident.

The table says what each role gets for GET and POST. An address that is not in it
fails, so a new one cannot be forgotten.
"""

import pytest
from django.core import signing
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from kb.models import Member, Notification, ReadingList, Run, Topic
from kb.ops import feed_keys, notifications, sharing
from kb.ops.digests import UNSUBSCRIBE
from kb.ops.imports import drafts
from tests.factories import NOW, blog, note, paper, person, resource, topic_at

pytestmark = pytest.mark.django_db

LOGIN = "log in"  # redirected to the log-in page
ROLES = ("anonymous", "member", "curator", "admin")

# name: ((GET by role), (POST by role)); one value stands for all four.
READ = ((LOGIN, 200, 200, 200), (LOGIN, 405, 405, 405))
OPEN = (200, 405)
MEMBERS_BUTTON = ((LOGIN, 405, 405, 405), (LOGIN, 302, 302, 302))
MEMBERS_FORM = ((LOGIN, 200, 200, 200), (LOGIN, 422, 422, 422))
HISTORY = ((LOGIN, 200, 200, 200), (LOGIN, 404, 404, 404))
CURATORS_FORM = ((LOGIN, 403, 200, 200), (LOGIN, 403, 422, 422))
CURATORS_PAGE = ((LOGIN, 403, 200, 200), (LOGIN, 405, 405, 405))
SITE = {
    "kb:home": READ,
    "kb:topic": READ,
    "kb:branch": READ,
    "kb:tag": READ,
    "kb:entry": READ,
    "kb:search": READ,
    "kb:search_suggest": READ,
    "kb:export": READ,
    "kb:export_same": READ,
    "kb:entry_edit": MEMBERS_FORM,
    "kb:summary": MEMBERS_FORM,
    "kb:add": ((LOGIN, 200, 200, 200), (LOGIN, 200, 200, 200)),
    "kb:entry_refresh": ((LOGIN, 405, 405, 405), (LOGIN, 302, 302, 302)),
    # What became of things; a version that never was is not brought back.
    "kb:history": HISTORY,
    "kb:summary_history": HISTORY,
    "kb:note_history": HISTORY,
    "kb:topic_history": HISTORY,
    "kb:summary_writing": ((LOGIN, 405, 405, 405), (LOGIN, 200, 200, 200)),
    "kb:entry_notes": READ,
    "kb:topic_notes": READ,
    "kb:my_notes": READ,
    "kb:annotations": MEMBERS_FORM,
    "kb:resource_add": MEMBERS_FORM,
    "kb:resource_take_off": ((LOGIN, 405, 405, 405), (LOGIN, 302, 302, 302)),
    "kb:resource_put_back": ((LOGIN, 405, 405, 405), (LOGIN, 302, 302, 302)),
    "kb:note_add": MEMBERS_FORM,
    "kb:margin": READ,
    "kb:names": READ,
    # A note of somebody else, for the team.
    "kb:note": ((LOGIN, 302, 302, 302), (LOGIN, 405, 405, 405)),
    "kb:note_reply": MEMBERS_FORM,
    "kb:note_resolve": ((LOGIN, 405, 405, 405), (LOGIN, 302, 302, 302)),
    "kb:note_react": ((LOGIN, 200, 200, 200), (LOGIN, 400, 400, 400)),
    "kb:note_edit": ((LOGIN, 403, 403, 403), (LOGIN, 403, 403, 403)),
    "kb:note_delete": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:star": MEMBERS_BUTTON,
    "kb:reading": MEMBERS_BUTTON,
    "kb:rating": MEMBERS_BUTTON,
    "kb:follow": MEMBERS_BUTTON,
    "kb:entry_told": ((LOGIN, 405, 405, 405), (LOGIN, 204, 204, 204)),
    "kb:inbox": READ,
    "kb:inbox_count": ((LOGIN, 200, 200, 200), (LOGIN, 405, 405, 405)),
    # What somebody else was told of.
    "kb:inbox_read": ((LOGIN, 405, 405, 405), (LOGIN, 404, 404, 404)),
    "kb:inbox_read_all": ((LOGIN, 405, 405, 405), (LOGIN, 400, 400, 400)),
    "kb:shelf": READ,
    "kb:look": ((LOGIN, 405, 405, 405), (LOGIN, 400, 400, 400)),
    "kb:activity": READ,
    "kb:activity_of": READ,
    # The key in the address is the proof.
    "kb:unsubscribe": (200, 200),
    "kb:preview": (405, (LOGIN, 200, 200, 200)),
    "kb:preferences": ((LOGIN, 200, 200, 200), (LOGIN, 302, 302, 302)),
    "kb:import": CURATORS_FORM,
    "kb:import_plan": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:duplicates": ((LOGIN, 403, 200, 200), (LOGIN, 403, 404, 404)),
    "kb:invite": CURATORS_FORM,
    "kb:runs": ((LOGIN, 403, 200, 200), (LOGIN, 405, 405, 405)),
    "kb:run": ((LOGIN, 403, 200, 200), (LOGIN, 405, 405, 405)),
    "kb:run_stop": ((LOGIN, 405, 405, 405), (LOGIN, 403, 302, 302)),
    "kb:run_again": ((LOGIN, 405, 405, 405), (LOGIN, 403, 404, 404)),
    "kb:run_undo": ((LOGIN, 405, 405, 405), (LOGIN, 403, 302, 302)),
    "kb:desk": CURATORS_PAGE,
    "kb:review": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:bin": CURATORS_PAGE,
    "kb:tree": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:topic_desk": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:tags": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:bulk": ((LOGIN, 403, 200, 200), (LOGIN, 403, 422, 422)),
    "kb:gap": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:people": ((LOGIN, 403, 200, 200), (LOGIN, 403, 404, 404)),
    "kb:audit": CURATORS_PAGE,
    "kb:health": CURATORS_PAGE,
    "kb:put_in_bin": ((LOGIN, 405, 405, 405), (LOGIN, 403, 302, 302)),
    "kb:restore": ((LOGIN, 405, 405, 405), (LOGIN, 403, 302, 302)),
    "kb:merge": ((LOGIN, 403, 200, 200), (LOGIN, 403, 200, 200)),
    "kb:chores": READ,
    # The key in the address is the proof; a search for nothing has no feed.
    "kb:feed_all": OPEN,
    "kb:feed_topic": OPEN,
    "kb:feed_tag": OPEN,
    "kb:feed_search": (404, 405),
    "kb:feed_shelf": OPEN,
    "kb:feed_outline": OPEN,
    "kb:feed_keys": MEMBERS_BUTTON,
    "kb:manifest": OPEN,
    "kb:shares": ((LOGIN, 403, 200, 200), (LOGIN, 403, 302, 302)),
    "kb:share_take_back": ((LOGIN, 405, 405, 405), (LOGIN, 403, 302, 302)),
    "kb:shared": OPEN,  # the key in the address is the proof
    "kb:help": READ,
    "kb:palette": READ,
    "kb:language": (405, 302),
    "kb:favicon": (302, 405),
}
ON_NOTES: tuple[str, ...] = ("kb:note", "kb:note_edit", "kb:note_delete")
ON_NOTES += ("kb:note_reply", "kb:note_resolve", "kb:note_react")
ACCOUNT = {
    "mfa_index": ((LOGIN, 200, 200, 200), (LOGIN, 405, 405, 405)),
    "mfa_authenticate": ((302, 302, 302, 302), (302, 302, 302, 302)),
    # The password is asked for once more first.
    "mfa_reauthenticate": ((LOGIN, 302, 302, 302), (LOGIN, 302, 302, 302)),
    "mfa_activate_totp": ((LOGIN, 302, 302, 302), (LOGIN, 302, 302, 302)),
    "mfa_deactivate_totp": ((LOGIN, 404, 404, 404), (LOGIN, 404, 404, 404)),
    "mfa_view_recovery_codes": ((LOGIN, 404, 404, 404), (LOGIN, 405, 405, 405)),
    "mfa_generate_recovery_codes": ((LOGIN, 302, 302, 302), (LOGIN, 302, 302, 302)),
    "mfa_download_recovery_codes": ((LOGIN, 404, 404, 404), (LOGIN, 404, 404, 404)),
    "account_login": ((200, 302, 302, 302), (200, 302, 302, 302)),
    "account_logout": ((302, 200, 200, 200), (302, 302, 302, 302)),
    "account_signup": ((200, 302, 302, 302), (200, 302, 302, 302)),
    "account_inactive": (200, 405),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 405),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 405),
    "account_email_verification_sent": (200, 405),
    "account_confirm_email": (200, 404),
    "account_confirm_login_code": ((302, 302, 302, 302), (302, 302, 302, 302)),
    "account_reauthenticate": ((LOGIN, 200, 200, 200), (LOGIN, 200, 200, 200)),
    "account_email": ((LOGIN, 200, 200, 200), (LOGIN, 302, 302, 302)),
    "account_change_password": ((LOGIN, 200, 200, 200), (LOGIN, 200, 200, 200)),
    "account_set_password": ((LOGIN, 302, 302, 302), (LOGIN, 302, 302, 302)),
}

# The admin: which tables a curator may open, and whether they may add a row.
CURATORS_TABLES = {
    "kb_topic": True,
    "kb_entry": False,
    "kb_paper": True,
    "kb_blog": True,
    "kb_summary": True,
    "kb_annotation": False,
    "kb_paperversion": False,
    "kb_readinglist": False,
    "kb_run": False,
    "kb_harvest": False,
    "kb_arxivrequest": False,
    "kb_milestone": False,
    "kb_resource": True,
    "kb_topicevent": False,
    "kb_entryevent": False,
    "kb_paperevent": False,
    "kb_blogevent": False,
    "kb_filingevent": False,
    "kb_taggedentryevent": False,
    "kb_summaryevent": False,
    "kb_annotationevent": False,
    "kb_resourceevent": False,
    "taggit_tag": True,
}
ADMINS_TABLES = {
    "kb_member": True,
    "kb_mail": False,
    "kb_auditline": False,
    "kb_linkcheck": False,
    "auth_user": True,
    "auth_group": True,
    "account_emailaddress": True,
}


# The page about arXiv, and what can be done there.
METADATA = {
    f"/admin/kb/harvest/metadata/{verb}": answers
    for verb, answers in {
        "": ((302, 302, 200, 200), (302, 302, 405, 405)),
        "retry/": ((302, 302, 405, 405), (302, 302, 302, 302)),
        "reopen/": ((302, 302, 405, 405), (302, 302, 302, 302)),
    }.items()
}


def walk(patterns=None, prefix=""):
    """Yield the full name of every address."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            inside = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(pattern.url_patterns, prefix + inside)


@pytest.fixture
def site():
    """A paper, a topic, a tag, a note, a link and a run; and the four clients."""
    topic = topic_at(["Agent"])
    entry = paper(topics=[topic], tags=["moe"])
    blog()
    written = note(entry, by=person("author"), visibility="team")
    link = resource(entry, by=written.author)
    run = Run.objects.create(kind="import", started_at=NOW)
    kept = ReadingList.objects.create(
        name="kept", source=b"# paper\n", imported_at=NOW, sha256="0"
    )
    reader = person("reader")
    draft = drafts.send(b"# paper\n", "a.md", "draft", by=reader, now=NOW)
    notifications.of_note(written, mentioned=[reader], now=NOW)
    told = Notification.objects.get()
    people = {
        "anonymous": None,
        "member": person("member"),
        "curator": person("curator", curator=True),
        "admin": person("admin", admin=True),
    }
    clients = {}
    for role, user in people.items():
        clients[role] = Client(raise_request_exception=True)
        if user:
            clients[role].force_login(user)
    about = {"entry": entry, "topic": topic, "note": written, "run": run, "link": link}
    feed_keys.make(reader)
    for name in ("share", "taken"):
        about[name] = sharing.share(topic, None, by=written.author, now=NOW)
    about["key"] = feed_keys.key_of(Member.objects.get(user=reader))
    about |= {"told": told, "reader": reader, "list": kept, "draft": draft}
    return {**about, "clients": clients}


FEEDS = {
    **{f"kb:feed_{name}": {} for name in ("all", "search", "shelf", "outline")},
    "kb:feed_topic": {"pk": 0},
    "kb:feed_tag": {"slug": "moe"},
}


def address(name, site):
    """The address of a page, with the things it is about filled in."""
    FEEDS["kb:feed_topic"]["pk"] = site["topic"].pk
    entry = site["entry"]
    words = {
        "kb:topic": {"address": "agent"},
        "kb:branch": {"pk": Topic.objects.get(address="agent").pk},
        "kb:tag": {"slug": "moe"},
        "kb:entry": {"pk": entry.pk},
        "kb:entry_edit": {"pk": entry.pk},
        "kb:entry_refresh": {"pk": entry.pk},
        "kb:summary": {"pk": entry.pk, "language": "zh"},
        "kb:history": {"pk": entry.pk},
        "kb:summary_history": {"pk": entry.pk, "language": "zh"},
        "kb:summary_writing": {"pk": entry.pk, "language": "zh"},
        "kb:note_history": {"pk": site["note"].pk},
        "kb:topic_history": {"pk": site["topic"].pk},
        "kb:entry_notes": {"pk": entry.pk},
        "kb:topic_notes": {"pk": site["topic"].pk},
        "kb:resource_add": {"pk": entry.pk},
        "kb:resource_take_off": {"pk": site["link"].pk},
        "kb:resource_put_back": {"pk": site["link"].pk},
        "kb:note_add": {"pk": entry.pk},
        **{name: {"pk": site["note"].pk} for name in ON_NOTES},
        "kb:margin": {"pk": entry.pk},
        "kb:star": {"pk": entry.pk},
        "kb:reading": {"pk": entry.pk},
        "kb:rating": {"pk": entry.pk},
        "kb:follow": {"pk": entry.pk},
        "kb:entry_told": {"pk": entry.pk},
        "kb:inbox_read": {"pk": site["told"].pk},
        "kb:activity_of": {"username": "reader"},
        "kb:unsubscribe": {"key": signing.dumps(site["reader"].pk, salt=UNSUBSCRIBE)},
        "kb:gap": {"name": "summary"},
        "kb:shares": {"pk": site["topic"].pk},
        "kb:share_take_back": {"pk": site["taken"].pk},
        "kb:shared": {"key": sharing.key_of(site["share"])},
        **{name: {"key": site["key"], **of} for name, of in FEEDS.items()},
        "kb:topic_desk": {"pk": site["topic"].pk},
        "kb:put_in_bin": {"pk": entry.pk},
        "kb:restore": {"pk": entry.pk},
        "kb:merge": {"pk": entry.pk},
        "kb:run": {"pk": site["run"].pk},
        "kb:run_stop": {"pk": site["run"].pk},
        "kb:run_again": {"pk": site["run"].pk},
        "kb:run_undo": {"pk": site["run"].pk},
        "kb:export_same": {"pk": site["list"].pk},
        "kb:import_plan": {"pk": site["draft"].pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
        "account_confirm_email": {"key": "nosuchkey"},
    }
    return reverse(name, kwargs=words.get(name, {}))


def answer(client, method, url):
    """The status; LOGIN for a redirect to the log-in page."""
    response = getattr(client, method)(url)
    target = response.headers.get("Location", "")
    if response.status_code == 302 and target.startswith("/account/login/?next="):
        return LOGIN
    return response.status_code


def expected(cell, role):
    return cell[ROLES.index(role)] if isinstance(cell, tuple) else cell


def test_every_address_is_in_the_table():
    names = {name for name in walk() if not name.startswith("admin:")}

    assert names == SITE.keys() | ACCOUNT.keys()


def test_every_table_of_the_admin_is_in_the_table():
    known = CURATORS_TABLES.keys() | ADMINS_TABLES.keys()
    tables = {
        name.removeprefix("admin:").removesuffix("_changelist")
        for name in walk()
        if name.endswith("_changelist")
    }

    assert tables == known


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_answers_as_the_table_says(site, role, method):
    table = SITE | ACCOUNT
    told = {}
    for name in table:
        client = Client()
        client.cookies = site["clients"][role].cookies.copy()
        if name == "account_logout" and role != "anonymous":
            client = Client()
            client.force_login(person(f"{role}-leaving"))
        told[name] = answer(client, method, address(name, site))

    column = 0 if method == "get" else 1
    wanted = {name: expected(cells[column], role) for name, cells in table.items()}
    assert told == wanted


@pytest.mark.parametrize("role", ROLES)
def test_the_admin_opens_to_each_role_what_is_theirs(site, role):
    client = site["clients"][role]
    told, wanted = {}, {}
    for table in [*CURATORS_TABLES, *ADMINS_TABLES]:
        app, model = table.split("_", 1)
        for page in ("", "add/"):
            url = f"/admin/{app}/{model}/{page}"
            told[url] = client.get(url).status_code
            wanted[url] = admin_answer(role, table, page)

    assert told == wanted


def admin_answer(role, table, page):
    if role in ("anonymous", "member"):
        return 302
    adds = {**CURATORS_TABLES, **ADMINS_TABLES}[table]
    if role == "curator" and table in ADMINS_TABLES:
        return 403
    return 200 if not page or adds else 403


@pytest.mark.parametrize("role", ROLES)
def test_the_page_about_arxiv_is_the_curators(site, role):
    client = site["clients"][role]

    told = {
        url: (client.get(url).status_code, client.post(url).status_code)
        for url in METADATA
    }

    assert told == {
        url: tuple(expected(cell, role) for cell in cells)
        for url, cells in METADATA.items()
    }


def test_every_other_address_of_the_admin_is_closed_to_members(site):
    names = {name for name in walk() if name.startswith("admin:")}
    client = site["clients"]["member"]

    for url in (
        "/admin/",
        "/admin/kb/topic/move/",
        "/admin/jsi18n/",
        "/admin/autocomplete/",
        *METADATA,
    ):
        response = client.get(url)
        assert response.status_code in (302, 403), url
    assert len(names) > 100


def test_readers_without_account_may_read_where_the_team_says_so(site, settings):
    settings.READABLE_BY = "everyone"
    client = Client()
    reading = {"kb:home", "kb:topic", "kb:branch", "kb:tag", "kb:entry"}
    reading |= {"kb:search", "kb:search_suggest"}
    reading |= {"kb:unsubscribe"}  # which says nothing of anybody
    reading |= {"kb:help", "kb:palette", "kb:manifest", "kb:shared"}
    reading |= {name for name in FEEDS if name != "kb:feed_search"}  # by their key

    told = {name: answer(client, "get", address(name, site)) for name in SITE}

    assert {name for name, status in told.items() if status == 200} == reading
