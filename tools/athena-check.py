"""Runs the Athena SQL that flowlens prints in DuckDB, which knows nothing of flowlens, and compares the rows.

Usage: athena-check.py SAID.json

The file is written by the example `say`: logs, the tables that are printed for them, and queries with the rows that flowlens
itself computes. sqlglot reads everything as Athena's dialect and writes the queries as DuckDB's.
"""

import ipaddress
import json
import sys
import tempfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

TYPES = {"INT": "INTEGER", "BIGINT": "BIGINT", "TEXT": "VARCHAR"}


def columns_of(statement):
    """Names and types of the columns of a CREATE TABLE, without those of partitions."""
    table = sqlglot.parse_one(statement, read="athena", error_level=sqlglot.ErrorLevel.RAISE)
    if not isinstance(table, exp.Create):
        raise ValueError("not read as a CREATE TABLE")
    names = [(column.name, TYPES[column.kind.sql("duckdb")]) for column in table.this.expressions]
    parted = table.find(exp.PartitionedByProperty)
    everything = [name for name, _ in names] + [column.name for column in parted.find_all(exp.ColumnDef)] if parted else []
    if len(set(everything)) != len(everything):
        raise ValueError(f"a name is used twice: {everything}")
    return table.this.this.name, names


def load(database, log):
    """The lines as Athena reads them: what is no number is NULL in a column of numbers, text stays as it is."""
    name, columns = columns_of(log["tables"][0])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "log")
        file.write_text("".join(line + "\n" for line in log["lines"]))
        texts = {column: "VARCHAR" for column, _ in columns}
        cells = ", ".join(f'TRY_CAST("{column}" AS {kind}) AS "{column}"' for column, kind in columns)
        database.execute(f"CREATE OR REPLACE TABLE words AS FROM read_csv('{file}', delim = ' ', header = false, "
                         f"auto_detect = false, quote = '', escape = '', nullstr = '', columns = {texts!r})")
    database.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {cells} FROM words")
    count = database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    if count != len(log["lines"]):
        raise ValueError(f"{count} of {len(log['lines'])} lines were loaded")
    return [column for column, _ in columns], addresses(log["lines"])


def addresses(lines):
    found = {}
    for word in {word for line in lines for word in line.split(" ")}:
        try:
            found[word] = ipaddress.ip_address(word)
        except ValueError:
            pass
    return found


class Networks:
    """Athena's contains(network, address) as macros over the addresses of a log."""

    def __init__(self, database, known):
        self.database, self.known, self.macros = database, known, {}

    def call(self, network, address):
        if network not in self.macros:
            self.macros[network] = f"in_network_{len(self.macros)}"
            net = ipaddress.ip_network(network)
            inside = [text for text, one in self.known.items() if one.version == net.version and one in net]
            told = ", ".join(f"'{text}'" for text in inside)
            test = f"x IN ({told})" if inside else "false"
            self.database.execute(f"CREATE OR REPLACE MACRO {self.macros[network]}(x) AS CASE WHEN x <> '-' THEN {test} END")
        return exp.Anonymous(this=self.macros[network], expressions=[address])


def translated(text, networks):
    def contains(node):
        if isinstance(node, exp.ArrayContains) and isinstance(node.expression, exp.TryCast):
            return networks.call(node.this.this, node.expression.this)
        return node

    def row(node):
        return exp.Anonymous(this="ROW", expressions=node.expressions) if isinstance(node, exp.Struct) else node

    def count_if(node):
        if isinstance(node, exp.CountIf):  # where no row tells, DuckDB's is NULL and Athena's is 0
            return exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=node.this))
        return node

    def from_unixtime(node):
        if isinstance(node, exp.UnixToTime):  # a time without zone, as all is UTC
            micros = exp.Mul(this=exp.Paren(this=node.this), expression=exp.Literal.number(1_000_000))
            return exp.Anonymous(this="make_timestamp", expressions=[micros])
        return node

    # One after another: what takes the place of a node is not looked through.
    tree = sqlglot.parse_one(text, read="athena", error_level=sqlglot.ErrorLevel.RAISE)
    tree = tree.transform(contains).transform(row).transform(count_if).transform(from_unixtime)
    if any(kind.this == exp.DataType.Type.IPADDRESS for kind in tree.find_all(exp.DataType)):
        raise ValueError("addresses are used in a way that this check cannot translate")
    return tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)


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
        rows = [["-" if value is None else str(value) for value in row] for row in rows]
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
    database = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
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
        columns, found = load(database, log)
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
