"""Runs the Athena SQL that flowlens prints in DuckDB, and compares the rows.

Usage: athena-check.py SAID.json

The file is written by the example `say`: logs, the tables that are printed for them, and queries with the rows that flowlens
itself computes.
"""

import json
import sys
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import sqlglot

from athena import Networks, columns_of, connect, load, translated


def plain(value):
    if value is None or value == "-":
        return None
    if isinstance(value, (float, Decimal)):
        return float(f"{value:.10g}")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.000")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else int(value)


def compare(query, names, rows):
    """What is wrong with the rows; None if nothing is. Which of equal rows come before a limit is left open."""
    if query["lines"]:
        start = names.index("start")
        expected = [line.split(" ") for line in query["rows"]]
        every = query["all"] and [line.split(" ") for line in query["all"]]
        width = len(expected[0]) if expected else 0  # the partitions stand after them
        rows = [["-" if value is None else str(value) for value in row[:width]] for row in rows]
        sort = [start]
    else:
        # Where a column has no name, Athena gives it one of its own.
        if any(name != wanted and not wanted.startswith("_col") for name, wanted in zip(names, query["columns"], strict=True)):
            return f"columns {names}, not {query['columns']}"
        expected, every, sort = query["rows"], query["all"], [query["columns"].index(name) for name in query["sort"]]
    rows, expected = [tuple(map(plain, row)) for row in rows], [tuple(map(plain, row)) for row in expected]
    if every is None:
        missing, more = Counter(expected) - Counter(rows), Counter(rows) - Counter(expected)
        if missing or more:
            return f"{len(rows)} rows, not {len(expected)}; missing {few(missing)}, too many {few(more)}"
    else:
        more = Counter(rows) - Counter(tuple(map(plain, row)) for row in every)
        if more or len(rows) != len(expected):
            return f"{len(rows)} rows, not {len(expected)}; too many {few(more)}"
    by = [*range(query["per"] or 0), *sort]
    if Counter(tuple(row[at] for at in by) for row in rows) != Counter(tuple(row[at] for at in by) for row in expected):
        return "other rows than the best"
    if [[row[at] for at in sort] for row in rows] != [[row[at] for at in sort] for row in expected]:
        return f"another order: {rows[:3]}, not {expected[:3]}"
    return None


def few(rows):
    return list(rows)[:3]


def main(said):
    passed, failed = 0, 0
    database = connect()
    database.execute("CREATE MACRO to_iso8601(x) AS strftime(x, '%Y-%m-%dT%H:%M:%S.000Z')")
    for log in said["logs"]:
        known = 0
        for statement in log["tables"]:
            try:
                columns_of(statement)
                passed += 1
            except (ValueError, KeyError, sqlglot.errors.SqlglotError) as error:
                failed += 1
                print(f"{log['name']}: {error}\n{statement}\n")
        columns, found = load(database, log["tables"][0], log["lines"])
        networks = Networks(database, found)
        for query in log["queries"]:
            try:
                if "failed" in query:
                    raise ValueError(f"flowlens does not answer it: {query['failed']}")
                answer = database.execute(translated(query["text"], networks))
                names = [column[0] for column in answer.description]
                wrong = compare(query, names, answer.fetchall())
            except (ValueError, duckdb.Error, sqlglot.errors.SqlglotError) as error:
                wrong = str(error)
            if wrong is None:
                passed += 1
                known += bool(query["rows"])
            else:
                failed += 1
                print(f"{log['name']}, {query['title']}: {wrong}\n{query['text']}\n")
        refused = Counter(log["refused"])
        print(f"{log['name']}: {len(log['lines'])} records of {len(columns)} columns, {len(log['queries'])} queries, {known} of them "
              f"with rows; not said: {', '.join(f'{why} ({count})' for why, count in refused.items()) or 'nothing'}")
        if not known:
            failed += 1
            print(f"{log['name']}: no query has a row, so that nothing is compared")
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text())))
