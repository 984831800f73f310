import os
import shutil
import stat
from pathlib import Path

import pytest

from config import embedded
from config.embedded import homes, lifetime
from tests.config.servers import ORDINARY, USERS, Servers, soon

pytestmark = pytest.mark.service

WRITE = (
    "sql.execute('create table if not exists kept (n int)'); queue.set('kept', 'job')"
)
READ = "print(sql.execute('select count(*) from kept').fetchone(), queue.get('kept'))"
PIDS = (
    "print(sql.execute('select pg_postmaster_start_time()').fetchone()[0].timestamp(), "
    "queue.info('server')['run_id'])"
)


@pytest.fixture(scope="module")
def old_servers():
    servers = Servers()
    servers.use()
    yield servers
    servers.close()


@pytest.fixture
def servers(old_servers):
    """Return servers that have run before; every test leaves them well."""
    yield old_servers
    old_servers.finish()


@pytest.fixture
def new_servers():
    servers = Servers()
    yield servers
    servers.close()


@pytest.fixture(params=USERS, ids=lambda user: user or "me")
def anyones(request):
    servers = Servers(request.param)
    yield servers
    servers.close()


def test_what_was_written_is_there_after_a_restart(anyones):
    assert anyones.use(WRITE, THROWAWAY="0") == "ready"
    assert soon(lambda: not anyones.living())

    assert anyones.use(READ, THROWAWAY="0") == "(0,) b'job'\nready"


def test_nothing_lives_on_after_a_lone_command(servers):
    servers.use()

    assert soon(lambda: not servers.living(), seconds=2)


def test_processes_that_start_together_share_the_servers(new_servers):
    together = [new_servers.start(PIDS) for _ in range(3)]

    said = {process.communicate(timeout=60)[0] for process in together}

    assert len(said) == 1
    assert "ready" in said.pop()


def test_servers_outlive_one_user_and_not_the_last(servers):
    first = servers.start(PIDS)
    pids = first.stdout.readline()
    last = servers.start()
    last.stdout.readline()
    first.communicate()

    assert servers.use(PIDS) == f"{pids}ready"
    last.communicate()

    assert soon(lambda: not servers.living())


def test_nothing_lives_on_after_the_last_user_was_killed(servers):
    process = servers.start()
    process.stdout.readline()
    assert servers.living()

    process.kill()

    assert soon(lambda: not servers.living())


def test_a_forked_child_does_not_stop_its_parents_servers(servers):
    fork = "pid = os.fork()\nif not pid: sys.exit()\nos.waitpid(pid, 0)\n"

    assert servers.use(fork + "print(sql.info.backend_pid > 0, queue.ping())") == (
        "True True\nready"
    )


def test_using_running_servers_takes_no_time(servers):
    servers.start().stdout.readline()
    timed = "import time; t = time.perf_counter(); embedded.ensure(pathlib.Path("
    timed += "sys.argv[1])); print(time.perf_counter() - t < 0.15)"

    assert servers.use(timed) == "True\nready"


def test_nobody_else_can_reach_the_servers(servers):
    folders = "print(sql.info.host); print(queue.connection_pool.connection_kwargs)"
    servers.start(folders).stdout.readline()
    database = embedded.database(servers.var)
    broker = embedded.broker(servers.var)
    sockets = [Path(database.split("host=")[1]), Path(broker.split("://")[1]).parent]

    assert {stat.S_IMODE(folder.stat().st_mode) for folder in sockets} == {0o700}
    assert stat.S_IMODE(servers.var.stat().st_mode) == 0o700
    assert "listen_addresses= " in " ".join(servers.living().values())
    lifetime.leave(servers.var)


def test_another_name_is_not_let_in_by_postgresql(servers):
    intrude = (
        "try: psycopg.connect(database.replace('zhaji@', 'postgres@'))\n"
        "except psycopg.OperationalError as error: print(error)"
    )

    assert "no pg_hba.conf entry" in servers.use(intrude)


def test_text_is_kept_and_compared_as_unicode(servers):
    ask = "print(sql.execute(\"select upper('é札') = 'É札'\").fetchone())"

    assert servers.use(ask) == "(True,)\nready"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("PG_VERSION", None, "not a complete PostgreSQL folder"),
        ("PG_VERSION", b"9\n", "written by PostgreSQL 9 and this is PostgreSQL"),
        ("PG_VERSION", b"\0\n\n", "move the folder away"),
        ("global/pg_control", b"", "pg_control"),
    ],
    ids=["incomplete", "another version", "garbage", "broken"],
)
def test_data_it_does_not_understand_are_refused_and_left_alone(
    servers, name, content, said
):
    file = servers.var / "postgres" / name
    good = file.read_bytes()
    file.write_bytes(content) if content is not None else file.unlink()

    refusal = servers.use()

    assert (file.read_bytes() if file.exists() else None) == content
    file.write_bytes(good)
    assert refusal.startswith("refused: ")
    assert said in refusal
    assert len(refusal.splitlines()) == 1
    assert servers.use() == "ready"


def test_a_first_start_that_was_killed_is_begun_again(servers):
    data = (servers.var / "postgres").resolve()
    data.rename(data.with_name("postgres.making"))
    (servers.var / "postgres").unlink(missing_ok=True)

    assert servers.use() == "ready"


def test_a_deleted_folder_is_a_fresh_start(servers):
    servers.use(WRITE)
    old = (servers.var / "postgres").resolve()
    shutil.rmtree(servers.var)

    assert "UndefinedTable" in servers.use(READ)

    if old != (servers.var / "postgres").resolve():  # root's is elsewhere, and stays
        assert old.exists()
        shutil.rmtree(old.parent)


def test_a_folder_that_was_moved_keeps_its_data_when_another_takes_its_place(servers):
    servers.use(WRITE)
    before, moved = servers.var, servers.var.rename(servers.above / "moved")
    assert "UndefinedTable" in servers.use(READ)

    servers.var = moved
    said = servers.use(READ)

    assert said == "(0,) b'job'\nready"
    embedded.discard(moved)
    servers.var = before


def test_a_folder_that_was_moved_keeps_its_data(servers):
    servers.use(WRITE)
    before, servers.var = servers.var, servers.var.rename(servers.above / "moved")

    said = servers.use(READ)

    servers.var = servers.var.rename(before)
    assert said == "(0,) b'job'\nready"


def test_a_folder_of_somebody_else_is_one_sentence(servers, monkeypatch):
    servers.use()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)

    with pytest.raises(embedded.Unusable, match="you are 12345: run as"):
        embedded.ensure(servers.var)


if ORDINARY or os.geteuid():  # nothing is closed to root

    def test_a_folder_that_may_not_be_written_is_one_sentence():
        servers = Servers(ORDINARY)
        servers.above.chmod(0o500)

        refusal = servers.use()

        servers.close()
        assert refusal.startswith(f"refused: {servers.var} cannot be used")
        assert len(refusal.splitlines()) == 1


if os.geteuid() == 0:

    def test_for_root_nothing_above_the_data_is_opened(servers):
        home = (servers.var / "postgres").readlink().parent

        assert stat.S_IMODE(servers.above.stat().st_mode) == 0o700
        assert stat.S_IMODE(home.stat().st_mode) == 0o750
        assert (home / "postgres").owner() in homes.SYSTEM_USERS

    def test_for_root_a_copied_folder_does_not_share_a_database(servers):
        copy = servers.above / "copy"
        shutil.copytree(servers.var, copy, symlinks=True)
        original, servers.var = servers.var, copy

        refusal = servers.use()

        servers.var = original
        assert "is a copy of" in refusal
        assert servers.use() == "ready"
