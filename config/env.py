"""Read the environment; refuse to start on half an answer."""

import re
import secrets
from contextlib import suppress
from math import isfinite
from os import environ
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import conninfo

REQUIRED_IN_PRODUCTION = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "SITE_URL",
)


def text(name: str, default: str = "") -> str:
    """Return the variable, or `default` when it is unset or blank."""
    return environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable; anything but 1/0, true/false, yes/no is an error."""
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} is {value!r}: say 1 or 0.")
    return default


def number(name: str, default: float, *, least: float = 0.0) -> float:
    """Return a number, `least` when it is smaller; anything else is an error."""
    value = text(name, str(default))
    with suppress(ValueError):
        if isfinite(given := float(value)):
            return max(given, least)
    raise ImproperlyConfigured(f"{name} is {value!r}: say a number.")


def words(name: str, default: str = "") -> list[str]:
    """Return a list separated by commas or spaces."""
    return [word for word in re.split(r"[,\s]+", text(name, default)) if word]


def pairs(name: str) -> dict[str, str]:
    """Return NAME=VALUE of each line or what stands between semicolons."""
    found = {}
    for part in filter(str.strip, re.split(r"[;\n]", text(name))):
        key, sign, value = (piece.strip() for piece in part.partition("="))
        if not (key and sign and value):
            raise ImproperlyConfigured(
                f"{name} has {part.strip()!r}: say NAME=/path/to/FILE.md."
            )
        found[key] = value
    return found


def choice(name: str, choices: tuple[str, ...]) -> str:
    """Return one of `choices`, the first when unset; anything else is an error."""
    value = text(name, choices[0])
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} is {value!r}: say one of {', '.join(choices)}."
        )
    return value


def require_all_or_none() -> bool:
    """Return whether this is production: every required variable is there.

    SECRET_KEY alone decides; the others missing beside it stops the process.
    """
    if not text("SECRET_KEY"):
        return False
    missing = [name for name in REQUIRED_IN_PRODUCTION if not text(name)]
    if missing:
        raise ImproperlyConfigured(
            f"SECRET_KEY is set, so this is production; set {', '.join(missing)} too."
        )
    return True


def local_secret(folder: Path) -> str:
    """Return the key kept in `folder` for a machine that was given none."""
    kept = folder / "secret_key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f"secret_key.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(50))
        made.rename(kept)
    return kept.read_text()


def database(url: str) -> dict[str, object]:
    """Return Django's settings for a libpq connection string or URL."""
    parts = conninfo.conninfo_to_dict(url)
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    known |= {"host": "HOST", "port": "PORT"}
    named = {known[key]: str(parts.pop(key)) for key in known if parts.get(key)}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def redis(url: str) -> str:
    """Return the address as redis-py writes it."""
    return re.sub(r"^redis\+socket://", "unix://", url)


def celery(url: str) -> str:
    """Return the address as Celery writes it, which differs for sockets."""
    return re.sub(r"^unix://", "redis+socket://", url)


def email(url: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings for smtp[s]://user:password@host:port?tls=1.

    Without an address, mail is printed to the log.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must be smtp://… or smtps://… .")
    over_tls = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if over_tls else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": over_tls,
        "EMAIL_USE_TLS": parse_qs(parts.query).get("tls", ["0"])[0] == "1",
        "EMAIL_TIMEOUT": 20,
    }
