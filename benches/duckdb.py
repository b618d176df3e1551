"""The work of flowlens done by native DuckDB with two threads: read flow logs of the default format into a
table, then sum, count, find the largest and bin by minute.

Usage: duckdb.py FILE [FILE ...]     prints one line of JSON: seconds, seconds of the load, and what was found
       duckdb.py FILE --parquet TO   writes the log as Parquet, with the types and the gzip pages of AWS
       duckdb.py FILE --ask RUNS     answers the queries of a JSON list on standard input: rows, and the median of so many runs
A folder stands for all the .gz files below it. Files may be Parquet.
"""

import json
import os
import sys
import time

sys.path.pop(0)  # this file is called as the package is
import duckdb

COLUMNS = {
    "version": "UTINYINT", "account_id": "VARCHAR", "interface_id": "VARCHAR", "srcaddr": "VARCHAR",
    "dstaddr": "VARCHAR", "srcport": "USMALLINT", "dstport": "USMALLINT", "protocol": "UTINYINT",
    "packets": "UBIGINT", "bytes": "UBIGINT", "start": "BIGINT", "end": "BIGINT", "action": "VARCHAR",
    "log_status": "VARCHAR",
}

QUERIES = {
    "totals": """SELECT count(*), count(*) FILTER (action = 'ACCEPT'), count(*) FILTER (action = 'REJECT'),
                 sum(packets), sum(bytes), min(start), max("end"), count(DISTINCT srcaddr),
                 count(DISTINCT interface_id) FROM flows""",
    "pairs": "SELECT srcaddr, dstaddr, sum(bytes) b FROM flows GROUP BY ALL ORDER BY b DESC NULLS LAST LIMIT 20",
    "interfaces": "SELECT interface_id, sum(bytes) b FROM flows GROUP BY ALL ORDER BY b DESC NULLS LAST LIMIT 20",
    "rejected_ports": """SELECT dstport, count(*) n FROM flows WHERE action = 'REJECT'
                         GROUP BY ALL ORDER BY n DESC LIMIT 20""",
    "per_minute": "SELECT start // 60 AS t, action, sum(bytes) FROM flows GROUP BY ALL ORDER BY t",
}


# What AWS types otherwise in Parquet files ("Flow log records", VPC user guide).
AWS_TYPES = {"version": "INTEGER", "srcport": "INTEGER", "dstport": "INTEGER", "protocol": "INTEGER",
             "packets": "BIGINT", "bytes": "BIGINT"}


def rows(files):
    """The records of the files, as a table of a query."""
    if files[0].endswith(".parquet"):
        names = ", ".join(f'{name}::{kind} AS "{name}"' if name != "end" else '"end"' for name, kind in COLUMNS.items())
        return f"(SELECT {names} FROM read_parquet({files!r}))"
    return (f"read_csv({files!r}, delim = ' ', header = true, nullstr = '-', "
            f"auto_detect = false, quote = '', escape = '', columns = {COLUMNS!r})")


def write_parquet(source, target):
    names = ", ".join(f'"{name}"::{AWS_TYPES.get(name, kind)} AS "{name}"' for name, kind in COLUMNS.items())
    duckdb.connect().execute(f"COPY (SELECT {names} FROM {rows([source])}) TO '{target}' (FORMAT parquet, COMPRESSION gzip)")


def load(files):
    database = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
    database.execute(f"CREATE TABLE flows AS SELECT * FROM {rows(files)}")
    return database


def ask(path, runs):
    database = load([path])
    answers = []
    for query in json.load(sys.stdin):
        times = []
        for _ in range(runs):
            begin = time.perf_counter()
            found = database.execute(query).fetchall()
            times.append((time.perf_counter() - begin) * 1000)
        answers.append({"millis": sorted(times)[runs // 2], "rows": found})
    print(json.dumps(answers))


def main(paths):
    files = [os.path.join(path, "**", "*.gz") if os.path.isdir(path) else path for path in paths]
    begin = time.perf_counter()
    database = load(files)
    loaded = time.perf_counter()
    answers = {name: database.execute(query).fetchall() for name, query in QUERIES.items()}
    end = time.perf_counter()
    records, accept, reject, packets, size = answers["totals"][0][:5]
    print(json.dumps({
        "seconds": end - begin, "load_seconds": loaded - begin, "records": records, "accept": accept,
        "reject": reject, "packets": int(packets), "bytes": int(size), "sources": answers["totals"][0][7],
        "interfaces": answers["totals"][0][8],
    }))


if sys.argv[2:3] == ["--parquet"]:
    write_parquet(sys.argv[1], sys.argv[3])
elif sys.argv[2:3] == ["--ask"]:
    ask(sys.argv[1], int(sys.argv[3]))
else:
    main(sys.argv[1:])
