"""An indexer survives what happens to it: real processes, real signals."""

import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress

import psycopg
import pytest
from django.db import connection

from config import embedded
from config.embedded import lifetime, postgres
from kb.models import Entry, Paper
from kb.ops import entries, reading
from kb.ops.entries import Wanted
from kb.search import index
from kb.search.check import differences
from kb.search.index import NotBuilt
from tests.config.servers import ROOT, Servers, soon
from tests.factories import NOW, paper, person, topic_at
from tests.search.looking import generation, holding

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

EDITS = 2000
KILLS = 20


class Host:
    """A machine that keeps an index of the test's library in a folder."""

    def __init__(self, var, **environment):
        """Take its folder, and the database it reads."""
        self.var = var
        self.log = var / "indexer.log"
        self.environment = os.environ | {"VAR_DIR": str(var)} | environment

    def start(self):
        """Start an indexer."""
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "indexer"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    @contextmanager
    def indexer(self):
        """Have an indexer run, killed at the end."""
        process = self.start()
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def run(self, *words):
        """Run a command of manage.py to its end; return its code and output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def host(settings, tmp_path):
    settings.SEARCH_DIR = tmp_path / "search"
    name = connection.settings_dict
    address = f"postgresql://{name['USER']}@/{name['NAME']}?host={name['HOST']}"
    return Host(tmp_path, DATABASE_URL=address, REDIS_URL="redis://none")


def finds(term):
    """Say whether a word is found, whatever state the index is in."""
    with suppress(NotBuilt, ValueError):
        return bool(holding(term))
    return False


def anew(before):
    """Say whether another generation answers than before."""
    return generation() not in {None, before}


def applied():
    """Say whether the index is as the database."""
    with suppress(NotBuilt, ValueError):
        return not any(differences())
    return False


# --- Killed -------------------------------------------------------------------


class Editors:
    """People and programs that change a library, in every way there is."""

    def __init__(self):
        """Fill the library."""
        self.random = random.Random(3)  # noqa: S311 - the same edits every time
        self.member = person()
        self.topics = [topic_at(["a", name]) for name in "xyz"]
        self.keys = [self.add(number).pk for number in range(1, 60)]
        self.done = 0

    def edit(self):
        """Change something."""
        self.done += 1
        ways = (self.verb, self.verb, self.raw, self.bulk, self.mark, self.replace)
        self.random.choice(ways)()

    def some(self):
        return self.random.choice(self.keys)

    def add(self, number):
        named = entries.understand(f"2401.{number:05}")
        wanted = Wanted(f"Title {number}", "paper", self.topics[:1], ["tag"])
        return entries.add(named, wanted, by=self.member, now=NOW)

    def verb(self):
        topic = self.random.choice(self.topics)
        wanted = Wanted(f"Edit {self.done}", "paper", [topic], [f"tag {self.done % 9}"])
        entries.edit(Entry.objects.get(pk=self.some()), wanted, by=self.member)

    def raw(self):
        with connection.cursor() as cursor:
            change = "UPDATE kb_paper SET abstract = %s WHERE entry_ptr_id = %s"
            cursor.execute(change, [f"Abstract {self.done}", self.some()])

    def bulk(self):
        some = [self.some() for _ in range(5)]
        status = self.random.choice(["listed", "listed", "inbox", "archived"])
        Entry.objects.filter(pk__in=some).update(status=status)

    def mark(self):
        entry = Entry.objects.get(pk=self.some())
        reading.star(entry, by=self.member, on=self.done % 2 == 0, now=NOW)

    def replace(self):
        gone = self.keys.pop(self.random.randrange(len(self.keys)))
        Paper.objects.get(pk=gone).delete()
        self.keys.append(self.add(1000 + self.done).pk)


def commits():
    """Return what changes with every commit of the index, None without an index."""
    with suppress(NotBuilt, OSError):
        return (index.files(index.current()) / "meta.json").stat().st_mtime_ns
    return None


def edit_until_killed(host, editors, after):
    """Have an indexer apply some commits while people edit, and kill it amid them."""
    process, left, last = host.start(), after, commits()
    while left:
        editors.edit()
        now = commits()
        left, last = left - (now != last), now
    process.kill()
    process.wait()
    assert process.returncode == -signal.SIGKILL


def test_an_indexer_that_is_killed_again_and_again_loses_nothing(host):
    editors = Editors()

    for kill in range(KILLS):
        edit_until_killed(host, editors, after=1 + kill % 5)
    with host.indexer():
        while editors.done < EDITS:
            editors.edit()
        assert soon(applied, seconds=30)

    assert not any(differences())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_being_told_to_stop_ends_it_at_once_even_amid_a_rebuild(host, number):
    many = [
        Entry(title=f"Title {at}", kind="paper", added_at=NOW) for at in range(4000)
    ]
    Entry.objects.bulk_create(many)
    process = host.start()
    assert soon(lambda: index.progress() and index.progress().done)

    process.send_signal(number)

    assert process.wait(timeout=2) == -number
    assert "Traceback" not in host.log.read_text()
    with host.indexer():
        assert soon(applied, seconds=30)


def test_a_second_indexer_waits_and_takes_over(host):
    paper(title="Dilated")
    with host.indexer() as first:
        assert soon(lambda: finds("dilat"))
        with host.indexer() as second:
            assert soon(lambda: "this one waits" in host.log.read_text())
            first.kill()
            paper("2401.00001", "Kernels")

            assert soon(lambda: finds("kernel"))
            assert second.poll() is None


# --- The folder ---------------------------------------------------------------


def empty_files():
    for file in index.files(index.current()).glob("*.*"):
        os.truncate(file, 0)


@pytest.mark.parametrize(
    "damage",
    [
        lambda: shutil.rmtree(index.folder()),
        lambda: shutil.rmtree(index.current()),
        index.retract,
        empty_files,
    ],
    ids=["folder", "generation", "pointer", "contents"],
)
def test_an_index_that_is_damaged_while_it_runs_is_made_anew(host, damage):
    paper(title="Dilated")
    with host.indexer() as process:
        assert soon(lambda: finds("dilat"))
        before = generation()
        with index._turn:
            index._seen = None  # nothing of it is held here

        damage()
        paper("2401.00001", "Kernels")

        assert soon(lambda: anew(before) and finds("kernel"))
        assert process.poll() is None
    assert not any(differences())


def test_an_index_that_was_damaged_meanwhile_is_made_anew(host):
    paper(title="Dilated")
    with host.indexer():
        assert soon(lambda: finds("dilat"))
    before = generation()
    store = next(index.files(index.current()).glob("*.idx"))
    content = bytearray(store.read_bytes())
    content[0] ^= 1
    store.write_bytes(content)

    with host.indexer():
        assert soon(lambda: anew(before) and applied())


# --- Commands -----------------------------------------------------------------


def test_a_running_indexer_makes_the_index_anew_when_asked(host):
    paper(title="Dilated")
    with host.indexer():
        assert soon(lambda: finds("dilat"))
        before = generation()

        code, output = host.run("index", "rebuild")

        assert (code, "made it anew" in output) == (0, True)
        assert anew(before)
        assert "indexer: runs" in host.run("index", "status")[1]


# --- PostgreSQL ---------------------------------------------------------------


def test_it_goes_on_when_postgresql_was_restarted(settings):
    servers = Servers()
    var = servers.var
    settings.SEARCH_DIR = var / "search"
    try:
        address = embedded.database(var)
        host = Host(var, REDIS_URL="redis://none")
        assert host.run("migrate")[0] == 0
        add(address, "Dilated")
        with host.indexer() as process:
            assert soon(lambda: finds("dilat"))

            postgres.stop(var)
            assert soon(lambda: "tries again" in host.log.read_text())
            postgres.start(var)
            add(address, "Kernels")

            assert soon(lambda: finds("kernel"))
            assert process.poll() is None
        assert host.log.read_text().count("Traceback") == 0
    finally:
        lifetime.leave(var)
        servers.close()


def add(address, title):
    """Put an entry into a database, as somebody with psql would."""
    with psycopg.connect(address) as line:
        line.execute(
            "INSERT INTO kb_entry (kind, title, source_url, status, position, added_at)"
            " VALUES ('paper', %s, '', 'listed', 0, now())",
            [title],
        )
