"""Rows of everything, as CSV for spreadsheets and JSON for programs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how spreadsheets tell a formula


def comma_separated(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield lines of CSV, with a mark that tells Excel it is UTF-8.

    A list is one cell, with "; " between. What a spreadsheet would run as a formula
    begins with an apostrophe.
    """
    buffer = io.StringIO()
    writer, begun = csv.writer(buffer), False
    for row in rows:
        if not begun:
            buffer.write("\ufeff")
            writer.writerow(row)
            begun = True
        writer.writerow([_cell(value) for value in row.values()])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def json_list(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a list of objects, a piece at a time."""
    opening = "[\n"
    for row in rows:
        yield opening + json.dumps(row, ensure_ascii=False)
        opening = ",\n"
    yield "[]\n" if opening == "[\n" else "\n]\n"


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
