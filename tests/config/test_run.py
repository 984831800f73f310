import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.servers import ROOT, Servers, living, soon

pytestmark = pytest.mark.service

WEB = "web: python -m http.server --bind $HOST --directory $VAR_DIR/site $PORT\n"
WORKER = "worker: python -S -c 'import time; time.sleep(1000)' $VAR_DIR/worker\n"
STUBBORN = (
    "beat: python -S -c 'import signal, time; signal.signal(15, signal.SIG_IGN); "
    "time.sleep(1000)' $VAR_DIR/beat\n"
)
NO_SERVERS = {"DATABASE_URL": "postgresql:///none", "REDIS_URL": "redis://none"}


class Site:
    """A site of its own, that answers /healthz with a file."""

    def __init__(self, var):
        self.var = var
        self.runs = []
        (var / "site").mkdir(parents=True)
        (var / "site" / "healthz").touch()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, procfile=WEB, first_run="true", **environment):
        """Start `config.run` with a Procfile of these lines."""
        (self.var / "Procfile").write_text(procfile)
        words = ["--procfile", self.var / "Procfile", "--first-run", first_run]
        given = {"VAR_DIR": str(self.var), "PORT": str(self.port), **NO_SERVERS}
        process = subprocess.Popen(
            [sys.executable, "-m", "config.run", *words],
            cwd=ROOT,
            env={**os.environ, **given, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.runs.append(process)
        return process

    def fail(self, procfile=WEB, **environment):
        """Run it to its end; return the exit code and the complaint."""
        process = self.run(procfile, **environment)
        _, complaint = process.communicate(timeout=60)
        return process.returncode, complaint

    def close(self):
        """End what is still running."""
        for process in self.runs:
            process.kill()
            process.communicate()


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path / "with a space")
    yield site
    site.close()
    assert soon(lambda: not living(site.var))


def answering(process):
    """Wait until a run says where the site is; return that line."""
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_stop_stops_everything(site, number):
    process = site.run(WEB + WORKER)
    assert answering(process) == f"Zhaji is at http://127.0.0.1:{site.port}\n"
    assert len(living(site.var / "worker")) == 1

    process.send_signal(number)

    _, complaint = process.communicate(timeout=12)
    assert (process.returncode, complaint) == (0, "")
    assert not living(site.var)


@pytest.mark.parametrize("killed", [signal.SIGTERM, signal.SIGKILL])
def test_stopping_the_guard_as_well_leaves_nothing_behind(site, killed):
    """A supervisor signals every process of ours, the one that cleans up too."""
    process = site.run(WEB + WORKER)
    answering(process)
    guard = (
        Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
    )

    os.kill(int(guard), killed)
    process.terminate()

    process.communicate(timeout=12)
    assert not living(site.var)


def test_the_first_password_is_shown_once_and_kept_nowhere(site):
    made = """echo '{"name": "ada", "password": "s3cret"}'"""
    process = site.run(first_run=made)
    answering(process)

    assert "ada with the password s3cret" in process.stdout.readline()
    logs = "".join(log.read_text() for log in (site.var / "log").iterdir())
    assert "s3cret" not in logs


def test_a_killed_run_leaves_nothing_behind(site):
    process = site.run(WEB + WORKER + STUBBORN)
    answering(process)

    process.kill()

    assert soon(lambda: not living(site.var))


def test_a_killed_run_stops_the_embedded_servers():
    servers = Servers()
    site = Site(servers.var)
    process = site.run(DATABASE_URL="", REDIS_URL="")
    answering(process)
    assert any("postgres" in words for words in servers.living().values())
    assert any("valkey" in words for words in servers.living().values())

    process.kill()

    gone = soon(lambda: not servers.living())
    site.close()
    servers.close()
    assert gone


def test_a_killed_worker_is_started_again(site):
    process = site.run(WEB + WORKER)
    answering(process)
    (worker,) = living(site.var / "worker")

    os.kill(worker, signal.SIGKILL)

    assert "worker was ended by SIGKILL" in process.stderr.readline()
    assert soon(lambda: len(living(site.var / "worker")) == 1)


def test_a_worker_that_keeps_ending_ends_the_run(site):
    code, complaint = site.fail(WEB + "worker: ls /nowhere/$PORT\n")

    lines = complaint.splitlines()
    assert code == 1
    assert len(lines) == 4
    assert all(line.endswith("started again.") for line in lines[:3])
    assert "worker ended with code 2" in lines[3]
    assert f"/nowhere/{site.port}" in lines[3]
    assert f"{site.var}/log/worker.log" in lines[3]


@pytest.mark.parametrize(
    ("procfile", "said"),
    [
        ("release: ls /nowhere\n" + WEB, "ls /nowhere failed: ls: "),
        ("web: ls /nowhere\n" + WORKER, "web ended with code 2: ls: "),
        ("web: nonesuch\n" + WORKER, "nonesuch"),
    ],
    ids=["migrations", "site", "program"],
)
def test_what_cannot_run_is_one_sentence(site, procfile, said):
    code, complaint = site.fail(procfile)

    assert code == 1
    assert said in complaint
    assert len(complaint.splitlines()) == 1


def test_a_port_in_use_is_one_sentence(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()

        code, complaint = site.fail()

    assert code == 1
    assert f"port {site.port} of 127.0.0.1 cannot be used" in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("port", ["80 00", "0", "65536", "八"])
def test_a_port_that_is_none_is_one_sentence(site, port):
    code, complaint = site.fail(PORT=port)

    assert code == 1
    assert complaint.startswith(f"Zhaji: PORT is {port!r}")


def test_a_second_run_names_the_address_of_the_first(site):
    process = site.run()
    answering(process)

    code, complaint = site.fail(PORT="8")

    assert code == 1
    assert complaint == (
        f"Zhaji: it is already running, at http://127.0.0.1:{site.port}.\n"
    )
    assert process.poll() is None


def test_half_made_data_is_one_sentence(site):
    (site.var / "postgres").mkdir(mode=0o700)

    code, complaint = site.fail(DATABASE_URL="", REDIS_URL="")

    assert code == 1
    assert str(site.var / "postgres") in complaint
    assert len(complaint.splitlines()) == 1
