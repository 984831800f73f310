"""Fetch the pinned browser libraries with npm, and write down what each file is.

Makes static/vendor/ and the icon sprite static/icons.svg anew. A test compares them
with static/vendor/MANIFEST.json; nothing is fetched when the site runs.
"""

import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
VENDOR = STATIC / "vendor"
HTMX = ("htmx.org", "2.0.11")
LUCIDE = ("lucide-static", "1.62.0")
ICONS = (
    *("arrow-left", "arrow-right", "at-sign", "bell", "book-open-text", "bookmark"),
    *("box", "check", "chevron-down", "chevron-right", "circle-user-round", "clock"),
    *("code-xml", "database", "download", "external-link"),
    *("file-text", "globe", "history", "key-round", "languages", "list-tree"),
    *("lock", "log-out", "message-square", "pencil-line", "plus", "refresh-cw"),
    *("reply", "search"),
    *("sliders-horizontal", "star", "table-properties", "triangle-alert"),
    *("upload", "user-round-plus", "users-round", "x"),
)
SHAPE = (
    'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
)


@dataclass(frozen=True)
class Vendored:
    """One file that is not ours."""

    file: str
    package: str
    version: str
    licence: str
    made_from: str
    sha256: str


def main() -> None:
    """Fetch both packages and write the files, the manifest and the README."""
    VENDOR.mkdir(exist_ok=True)
    htmx, lucide = unpacked(*HTMX), unpacked(*LUCIDE)
    files = [
        put("vendor/htmx.min.js", htmx["dist/htmx.min.js"], HTMX, "0BSD", "its file"),
        put("vendor/htmx-LICENSE.txt", htmx["LICENSE"], HTMX, "0BSD", "its file"),
        put("icons.svg", sprite(lucide), LUCIDE, "ISC", "some of its icons"),
        put("vendor/lucide-LICENSE.txt", lucide["LICENSE"], LUCIDE, "ISC", "its file"),
    ]
    manifest = json.dumps([asdict(file) for file in files], indent=2)
    (VENDOR / "MANIFEST.json").write_text(f"{manifest}\n")
    (VENDOR / "README.md").write_text(readme(files))


def unpacked(package: str, version: str) -> dict[str, bytes]:
    """Return the files of an npm package, by their path in it."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", f"{package}@{version}", "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        (archive,) = Path(folder).iterdir()
        with tarfile.open(archive) as packed:
            return {
                member.name.removeprefix("package/"): data.read()
                for member in packed
                if (data := packed.extractfile(member))
            }


def sprite(lucide: dict[str, bytes]) -> bytes:
    """Return one SVG with a symbol for each icon."""
    symbols = (symbol(name, lucide[f"icons/{name}.svg"].decode()) for name in ICONS)
    inside = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{inside}\n</svg>\n'.encode()


def symbol(name: str, svg: str) -> str:
    """Return the drawing of an icon as a symbol that takes the text's colour."""
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if not drawing:
        raise ValueError(f"The icon {name} of {LUCIDE[0]} is not the SVG it was.")
    shapes = re.sub(r"\s*\n\s*", "", drawing[1])
    return f'<symbol id="{name}" viewBox="0 0 24 24" {SHAPE}>{shapes}</symbol>'


def put(
    file: str, data: bytes, package: tuple[str, str], licence: str, made_from: str
) -> Vendored:
    """Write a file below static/ and return what is to be known of it."""
    (STATIC / file).write_bytes(data)
    return Vendored(file, *package, licence, made_from, sha256(data).hexdigest())


def readme(files: list[Vendored]) -> str:
    """Return the manifest as people read it."""
    rows = "\n".join(
        f"| `{file.file}` | {file.package} {file.version} | {file.licence} "
        f"| {file.made_from} | `{file.sha256}` |"
        for file in files
    )
    return f"""# What is not ours under static/

Made by `make vendor`; do not edit. A test holds the files to these hashes.

| file | npm package | licence | made from | sha256 |
|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
