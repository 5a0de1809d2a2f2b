"""How many projects share an outcome of a requirement, counted while tables are written: statistics begin with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from danao.fleet.schema import RESULTS, tally_schema

FILE = "tallies.parquet"
# What stands between reasons, which are IRIs.
_BETWEEN = "\n"
# Kind of result, requirement, outcome, reasons.
_Key = tuple[str, str, str, str]


class Tallies:
    """Counts of outcomes with their reasons, table by table."""

    def __init__(self) -> None:
        self._found: Counter[_Key] = Counter()

    def add(self, requirements: Any, projects: Any) -> None:  # noqa: ANN401 - PyArrow has no types
        """Count rows of requirements; ``projects`` has the rows of theirs."""
        reviewed = projects["seq"].filter(projects["reviewed"]).combine_chunks()
        for result in RESULTS:
            rows = requirements
            if result == "verified":
                rows = rows.filter(pc.is_in(rows["seq"], value_set=reviewed))
            reasons = pc.binary_join(rows[f"{result}_reasons"], _BETWEEN)
            keys = pa.table([rows["requirement"], rows[f"{result}_outcome"], reasons], names=["one", "two", "three"])
            counted = keys.group_by(["one", "two", "three"]).aggregate([([], "count_all")])
            columns = (counted[name].to_pylist() for name in ("one", "two", "three", "count_all"))
            for requirement, outcome, text, number in zip(*columns, strict=True):
                self._found[result, requirement, outcome, text] += number

    def table(self) -> Any:  # noqa: ANN401 - PyArrow has no types
        """The counts as a table, in the order of what was counted."""
        rows = [
            {
                "result": result,
                "requirement": requirement,
                "outcome": outcome,
                "reasons": text.split(_BETWEEN) if text else [],
                "projects": number,
            }
            for (result, requirement, outcome, text), number in sorted(self._found.items())
        ]
        return pa.Table.from_pylist(rows, schema=tally_schema())
