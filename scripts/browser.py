"""Find a Chromium for the browser tests, or install one; say where in var/browser.

Also sees to a Chinese font, without which the tests would look at empty boxes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NOTE = Path(__file__).resolve().parent.parent / "var" / "browser"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Write the browser's path to var/browser, or leave with one sentence."""
    sources = (on_path, of_playwright, fetched_by_playwright, installed_by_apt)
    browser = next(filter(None, (source() for source in sources)), None)
    if not browser:
        sys.exit(
            "The browser tests need Chromium and there is none: install the package "
            "chromium of your system (or Google Chrome), then try again."
        )
    if not has_chinese_font() and not apt("fonts-noto-cjk"):
        sys.exit(
            "The browser tests need a Chinese font and there is none: install Noto "
            "Sans CJK (fonts-noto-cjk on Debian and Ubuntu), then try again."
        )
    NOTE.parent.mkdir(mode=0o700, exist_ok=True)
    NOTE.write_text(browser)


def on_path() -> str | None:
    """Return a browser this machine has, if it runs."""
    found = filter(None, map(shutil.which, NAMES))
    return next(filter(answers, found), None)


def of_playwright() -> str | None:
    """Return the browser Playwright keeps for this user, if there is one."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and answers(path) else None


def fetched_by_playwright() -> str | None:
    """Let Playwright download its browser, and return that."""
    quietly(sys.executable, "-m", "playwright", "install", "chromium")
    return of_playwright()


def installed_by_apt() -> str | None:
    """Let Debian install its browser, and return that."""
    return on_path() if apt("chromium", "fonts-noto-cjk") else None


def apt(*packages: str) -> bool:
    """Install Debian packages when we may; say whether that worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quietly("apt-get", "update")
    return quietly("apt-get", "install", "--yes", "--no-install-recommends", *packages)


def answers(path: str) -> bool:
    """Say whether a program tells its version: a wrapper may lead to nothing."""
    return quietly(path, "--version")


def has_chinese_font() -> bool:
    """Say whether there is one; True where nothing can tell."""
    if not shutil.which("fc-list"):
        return sys.platform == "darwin"
    command = ["fc-list", ":lang=zh"]
    listed = subprocess.run(  # noqa: S603 - fixed words
        command, capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip())


def quietly(*command: str) -> bool:
    """Run a command without its output; say whether it succeeded."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and found programs
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=900,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    main()
