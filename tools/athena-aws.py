"""Takes the place of the AWS CLI for the script of the page Athena: what it asks of Athena is answered by DuckDB.

FLOWLENS_AWS names a folder with the log, `log`, under a header line. It keeps the database and the results, too.
"""

import os
import shutil
import sys
from pathlib import Path

FOLDER = Path(os.environ["FLOWLENS_AWS"])


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def start():
    import duckdb  # only here, since it takes its time

    from athena import Networks, addresses, as_csv, load, translated

    lines = FOLDER.joinpath("log").read_text().splitlines()[1:]
    text = Path(option("--query-string").removeprefix("file://")).read_text()
    execution = f"{len(list(FOLDER.glob('*.csv'))):036}"
    result = FOLDER / f"{execution}.csv"
    database = duckdb.connect(str(FOLDER / "database"))
    if text.startswith("CREATE DATABASE"):
        result.write_text("")
    elif text.startswith("CREATE EXTERNAL TABLE"):
        load(database, text, lines, parted=True)
        result.write_text("")
    else:
        answer = database.execute(translated(text, Networks(database, addresses(lines))))
        result.write_text(as_csv([column[0] for column in answer.description], answer.fetchall()))
    print(execution)


def about():
    result = FOLDER / f"{option('--query-execution-id')}.csv"
    print({
        "QueryExecution.Status.State": "SUCCEEDED",
        "QueryExecution.ResultConfiguration.OutputLocation": f"s3://{result}",
        "QueryExecution.Statistics.DataScannedInBytes": str(FOLDER.joinpath("log").stat().st_size),
    }[option("--query")])


def copy():
    source, target = sys.argv[-2:]
    shutil.copyfile(source.removeprefix("s3://"), target)


{
    ("athena", "start-query-execution"): start,
    ("athena", "get-query-execution"): about,
    ("s3", "cp"): copy,
}[tuple(sys.argv[1:3])]()
