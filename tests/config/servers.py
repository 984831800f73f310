"""Processes that use embedded servers, and what is left of them afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from config import embedded
from config.embedded import folders, homes

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import os, pathlib, psycopg, pwd, redis, secrets, sys
from config import embedded

if user := sys.argv[2]:
    me = pwd.getpwnam(user)
    os.setgroups([]), os.setgid(me.pw_gid), os.setuid(me.pw_uid)
try:
    database, broker = embedded.ensure(pathlib.Path(sys.argv[1]))
except embedded.Unusable as refusal:
    sys.exit(f"refused: {refusal}")
sql = psycopg.connect(database, autocommit=True)
queue = redis.Redis.from_url(broker.replace("redis+socket", "unix"))
exec(sys.argv[3])
print("ready", flush=True)
sys.stdin.read()
sql.close()
queue.close()
"""


def living(*traces):
    """Return this machine's processes that name any of these, by number."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if any(str(trace) in words for trace in traces):
                found[int(process.name)] = words
    return found


def soon(condition, seconds=15):
    """Say whether something comes true within a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class Servers:
    """A folder of embedded servers, its path one that needs quoting everywhere."""

    def __init__(self, user=""):
        """Have every process become `user` once it has imported what it needs."""
        self.user = user
        self.above = Path(tempfile.mkdtemp(prefix="it's 札记, ")).resolve()
        self.var = self.above / "var"
        self.started = []
        if user:
            shutil.chown(self.above, user)

    def start(self, code="", **environment):
        """Start a process that uses both servers and runs `code`; it goes on then."""
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, self.var, self.user, code],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def use(self, code="", **environment):
        """Do the same, let it end, and return what it said."""
        return self.start(code, **environment).communicate(timeout=60)[0].strip()

    @property
    def traces(self):
        """Return what the command lines of these servers and their keeper name."""
        data = self.var / "postgres"
        home = data.readlink().parent if data.is_symlink() else data
        return (self.var, home, folders.socket_folder(self.var))

    def living(self):
        """Return the processes of this folder, by number."""
        return living(*self.traces)

    def finish(self):
        """Let every process end that was started."""
        while self.started:
            process = self.started.pop()
            if not process.stdout.closed:
                process.communicate(timeout=60)

    def close(self):
        """End everything and delete the data."""
        self.finish()
        if not self.user:
            embedded.discard(self.var)
        shutil.rmtree(self.above, ignore_errors=True)


def can_be(user):
    """Say whether this process may become `user`, and `user` run our PostgreSQL."""
    program = homes.wheel() / "pginstall" / "bin" / "postgres"
    with suppress(OSError):
        command = [str(program), "--version"]
        done = subprocess.run(command, user=user, capture_output=True, check=False)
        return done.returncode == 0
    return False


ORDINARY = "nobody" if can_be("nobody") else ""
USERS = list(dict.fromkeys(["", ORDINARY]))  # "" is whoever runs the tests
