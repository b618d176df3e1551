"""Athena SQL in DuckDB, which knows nothing of flowlens: tables as a printed DDL says, queries read by sqlglot as Athena's."""

import ipaddress
import tempfile
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

TYPES = {"INT": "INTEGER", "BIGINT": "BIGINT", "TEXT": "VARCHAR"}


PARTS = {"day": "%Y/%m/%d", "year": "%Y", "month": "%m", "hour": "%H"}


def connect():
    return duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})


def columns_of(statement):
    """The table of a CREATE TABLE, names and types of its columns, and names of its partitions."""
    table = sqlglot.parse_one(statement, read="athena", error_level=sqlglot.ErrorLevel.RAISE)
    if not isinstance(table, exp.Create):
        raise ValueError("not read as a CREATE TABLE")
    columns = [(column.name, TYPES[column.kind.sql("duckdb")]) for column in table.this.expressions]
    parted = table.find(exp.PartitionedByProperty)
    parts = [column.name for column in parted.find_all(exp.ColumnDef)] if parted else []
    everything = [name for name, _ in columns] + parts
    if len(set(everything)) != len(everything):
        raise ValueError(f"a name is used twice: {everything}")
    return table.this.this, columns, parts


def load(database, statement, lines, parted=False):
    """The lines as Athena reads them: what is no number is NULL in a column of numbers, text stays as it is."""
    table, columns, parts = columns_of(statement)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "log")
        file.write_text("".join(line + "\n" for line in lines))
        texts = {column: "VARCHAR" for column, _ in columns}
        cells = [f'TRY_CAST("{column}" AS {kind}) AS "{column}"' for column, kind in columns]
        # Files lie in folders of the time of their records, or so.
        time = 'make_timestamp(TRY_CAST("start" AS BIGINT) * 1000000)' if "start" in texts else "NULL::TIMESTAMP"
        cells += [f"""strftime({time}, '{PARTS.get(part, "x")}') AS "{part}" """ for part in (parts if parted else [])]
        database.execute(f"CREATE OR REPLACE TABLE words AS FROM read_csv('{file}', delim = ' ', header = false, "
                         f"auto_detect = false, quote = '', escape = '', nullstr = '', columns = {texts!r})")
    if table.db:
        database.execute(f'CREATE SCHEMA IF NOT EXISTS "{table.db}"')
    database.execute(f"CREATE OR REPLACE TABLE {table.sql('duckdb')} AS SELECT {', '.join(cells)} FROM words")
    count = database.execute(f"SELECT count(*) FROM {table.sql('duckdb')}").fetchone()[0]
    if count != len(lines):
        raise ValueError(f"{count} of {len(lines)} lines were loaded")
    return [column for column, _ in columns], addresses(lines)


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

    def order(self, address):
        """What addresses are ordered by."""
        if "order" not in self.macros:
            self.macros["order"] = "address_order"
            known = sorted(self.known, key=lambda text: (self.known[text].version, self.known[text]))
            places = ", ".join(f"'{text}': {place}" for place, text in enumerate(known))
            self.database.execute(f"CREATE OR REPLACE MACRO address_order(x) AS MAP {{{places}}}[x]")
        return exp.Anonymous(this=self.macros["order"], expressions=[address])

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

    def order(node):
        if isinstance(node, exp.Ordered) and isinstance(node.this, exp.TryCast) and node.this.to.sql() == "IPADDRESS":
            node.this.replace(networks.order(node.this.this))
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
    tree = tree.transform(contains).transform(order).transform(row).transform(count_if).transform(from_unixtime)
    if any(kind.this == exp.DataType.Type.IPADDRESS for kind in tree.find_all(exp.DataType)):
        raise ValueError("addresses are used in a way that this check cannot translate")
    return tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.RAISE)


def as_csv(names, rows):
    """Rows as Athena writes them: every value in double quotes, NULL as nothing."""
    def cell(value):
        if value is None:
            return ""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return '"' + text.replace('"', '""') + '"'

    return "".join(",".join(map(cell, row)) + "\n" for row in [names, *rows])
