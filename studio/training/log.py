"""The training log: a CSV file, one row for each report, that a resumed run continues without doubling rows."""

from __future__ import annotations

import csv
from pathlib import Path


class CsvLog:
    """Owns one CSV file whose first column is `step`; averages what it is told between two rows."""

    def __init__(self, path: Path, names: tuple[str, ...], resume_at: int = 0) -> None:
        self._path = path
        self._names = names
        self._sums: dict[str, float] = {}
        self._count = 0
        rows = self._rows_before(resume_at)
        self._write(rows, append=False)
        self._started = bool(rows)

    def add(self, values: dict[str, float]) -> None:
        """Take the values of one step into the running means."""
        self._count += 1
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value

    def write_row(self, step: int) -> dict[str, float]:
        """Append the means since the last row, and return them."""
        means = {name: total / max(self._count, 1) for name, total in self._sums.items()}
        values = [str(step), *(f"{means.get(name, 0.0):.5g}" for name in self._names)]
        self._write([values] if self._started else [["step", *self._names], values], append=True)
        self._started, self._sums, self._count = True, {}, 0
        return means

    def _rows_before(self, step: int) -> list[list[str]]:
        if not step or not self._path.exists():
            return []
        with self._path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        return rows[:1] + [row for row in rows[1:] if int(row[0]) <= step]

    def _write(self, rows: list[list[str]], append: bool) -> None:
        with self._path.open("a" if append else "w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
