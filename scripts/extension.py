"""Pack the browser extension: `python scripts/extension.py` writes a zip into var/."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

ROOT = Path(__file__).resolve().parent.parent
FROM, TO = ROOT / "extension", ROOT / "var" / "zhaji-extension.zip"


def main() -> None:
    """Write the zip that a browser's shop takes, or that is unpacked to be loaded."""
    TO.parent.mkdir(exist_ok=True)
    with ZipFile(TO, "w", ZIP_DEFLATED) as packed:
        for file in sorted(FROM.rglob("*")):
            if file.is_file():
                packed.write(file, file.relative_to(FROM))
    print(f"The extension is in {TO}")


if __name__ == "__main__":
    main()
