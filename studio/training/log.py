"""The training log: a CSV file, one row for each report, that a resumed run continues without doubling rows.

Invariant: the file is replaced as a whole or appended to, so that a full disk costs the newest row at most.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path


class CsvLog:
    """Owns one CSV file whose first column is `step`; averages what it is told between two rows."""

    def __init__(self, path: Path, names: tuple[str, ...], resume_at: int = 0) -> None:
        self._path = path
        self._names = names
        self._sums: dict[str, float] = {}
        self._count = 0
        self._replace(self._rows_before(resume_at))

    def add(self, values: dict[str, float]) -> None:
        """Take the values of one step into the running means."""
        self._count += 1
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def write_row(self, step: int, facts: dict[str, float] | None = None) -> dict[str, float]:
        """Append the means since the last row, beside `facts` of the moment, and return them.

        Raises OSError, as on a full disk; the row is then lost, and the next one begins anew.
        """
        means = {name: total / max(self._count, 1) for name, total in self._sums.items()}
        row = {name: f"{value:.5g}" for name, value in (means | (facts or {})).items()}
        self._sums, self._count = {}, 0
        with self._path.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerow([str(step), *(row.get(name, "") for name in self._names)])
        return means

    def _rows_before(self, step: int) -> list[dict[str, str]]:
        if not step or not self._path.exists():
            return []
        with self._path.open(newline="", encoding="utf-8") as file:
            return [row for row in csv.DictReader(file) if int(row["step"]) <= step]

    def _replace(self, rows: list[dict[str, str]]) -> None:
        """Write the file anew; rows of a run that logged other columns keep what fits."""
        partial = self._path.with_suffix(".partial")
        with partial.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["step", *self._names], restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        os.replace(partial, self._path)


def mean_of(rows: list[dict[str, float]]) -> dict[str, float]:
    """The mean of each value over the micro-batches that have it."""
    names = {name: None for row in rows for name in row}  # in order
    found = {name: [row[name] for row in rows if name in row] for name in names}
    return {name: sum(values) / len(values) for name, values in found.items()}
