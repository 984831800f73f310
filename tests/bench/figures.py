"""Figures: from measured times to a table for people and a file for programs."""

import json
import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parents[2] / "var" / "bench"


def say(text: str) -> None:
    """Tell whoever waits how far it is."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 (it is a program)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that so many of a hundred do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def rounded(value: float) -> float:
    """Return a figure with three digits that mean something."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value)


def spread(name: str, kind: str, times: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95 of times in seconds, as milliseconds."""
    return {
        f"{name}_p{percent}_ms.{kind}": rounded(1000 * percentile(times, percent))
        for percent in (50, 95)
    }


def median_ms(times: Sequence[float]) -> float:
    """Return the middle of times in seconds, as milliseconds."""
    return rounded(1000 * statistics.median(times))


def keep(name: str, figures: Mapping[str, Any]) -> Path:
    """Write the figures of a bench where they are looked for; return the file."""
    BENCH.mkdir(parents=True, exist_ok=True)
    file = BENCH / f"{name}.json"
    file.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    return file


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows under their heads: the first column to the left, numbers right."""
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    )
