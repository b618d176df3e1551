"""The work of flowlens done by native DuckDB with two threads: read flow logs of the default format into a
table, then sum, count, find the largest and bin by minute.

Usage: duckdb.py FILE [FILE ...]     prints one line of JSON: seconds, seconds of the load, and what was found
A folder stands for all the .gz files below it.
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


def main(paths):
    files = [os.path.join(path, "**", "*.gz") if os.path.isdir(path) else path for path in paths]
    database = duckdb.connect(config={"threads": 2, "autoinstall_known_extensions": False})
    begin = time.perf_counter()
    database.execute(
        "CREATE TABLE flows AS SELECT * FROM read_csv(?, delim = ' ', header = true, nullstr = '-', "
        f"auto_detect = false, quote = '', escape = '', columns = {COLUMNS!r})",
        [files],
    )
    loaded = time.perf_counter()
    answers = {name: database.execute(query).fetchall() for name, query in QUERIES.items()}
    end = time.perf_counter()
    records, accept, reject, packets, size = answers["totals"][0][:5]
    print(json.dumps({
        "seconds": end - begin, "load_seconds": loaded - begin, "records": records, "accept": accept,
        "reject": reject, "packets": int(packets), "bytes": int(size), "sources": answers["totals"][0][7],
        "interfaces": answers["totals"][0][8],
    }))


main(sys.argv[1:])
