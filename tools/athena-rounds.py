"""Runs the queries of the page Athena in DuckDB, step by step, and compares what their results tell with what the log tells.

Usage: athena-rounds.py SAID.json ROUNDS

SAID.json is written by the example `say`, ROUNDS is the program of the example `rounds`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import sqlglot

from athena import Networks, as_csv, connect, load, translated

STEPS_MAX = 8


def rounds(program, log, folder):
    """What the last step tells, how many steps there were, and all queries."""
    file, results = Path(folder, "log"), Path(folder, "results")
    file.write_text("\n".join([log["header"], *log["lines"], ""]))
    results.mkdir()
    database, networks, queries = connect(), None, 0
    for step in range(1, STEPS_MAX):
        told = json.loads(subprocess.run([program, file, results], check=True, capture_output=True, text=True).stdout)
        if step == 1:
            # Nothing but what the columns are.
            networks = Networks(database, load(database, told["table"], log["lines"], parted=True)[1])
        script = subprocess.run(["bash", "-n"], input=told["script"], text=True, capture_output=True)
        if script.returncode:
            raise ValueError(f"the script is none: {script.stderr}")
        to_run = told["queries"] or told["evidence"]
        if not to_run:
            return told, step - 1, queries
        for query in to_run:
            answer = database.execute(translated(query["text"], networks))
            names = [column[0] for column in answer.description]
            rows = answer.fetchall()
            if names[-1] != query["name"] or any(row[-1] != len(rows) for row in rows):
                raise ValueError(f"the last column is not that of the query: {names}")
            Path(results, f"{query['name']}.csv").write_text(as_csv(names, rows))
            queries += 1
    raise ValueError(f"not done after {STEPS_MAX} steps")


def without(finding):
    """A finding without what is only found among the records."""
    return {name: value for name, value in finding.items() if name not in ("evidence", "queries")}


def difference(expected, found):
    """The first thing that differs, None if nothing does."""
    if expected == found:
        return None
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        name = next(name for name in expected if expected[name] != found[name])
        return f"{name}: {difference(expected[name], found[name])}"
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        at = next(at for at, one in enumerate(expected) if one != found[at])
        return f"{at}: {difference(expected[at], found[at])}"
    return f"{json.dumps(found)[:600]}, not {json.dumps(expected)[:600]}"


def check(program, log):
    """What is wrong, and a sentence on what was done."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            told, steps, queries = rounds(program, log, folder)
        except (ValueError, duckdb.Error, sqlglot.errors.SqlglotError) as error:
            return [str(error)], "not done"
    expected, found = told["expected"], told["found"]
    wrong = []
    for part in ("totals", "top", "overview"):
        for counted in ("duplicates", "left_out"):  # only records tell of copies
            for side in (expected, found):
                (side[part] if part == "totals" else side[part].get("totals", {})).pop(counted, None)
        wrong.append(difference(expected[part], found[part]))
    wrong.append(difference([without(one) for one in expected["findings"]], [without(one) for one in found["findings"]]))
    wrong += [f"{one['name']}: {one['error'] or one['warnings']}" for one in found["inputs"] if one["error"] or one["warnings"]]
    for one, other in zip(expected["findings"], found["findings"]):
        lines = [len(one["evidence"]), len(other["evidence"])]
        if lines[0] != lines[1]:
            wrong.append(f"{one['id']}: {lines[1]} records as evidence, not {lines[0]}")
    if not found["findings"]:
        wrong.append("nothing was found, so that nothing is compared")
    athena = found["athena"]
    said = f"{len(log['lines'])} records, {queries} queries in {steps} steps, {len(found['findings'])} findings"
    if not athena or not athena["shown"] or athena["to_run"]:
        wrong.append(f"not done: {athena}")
    return [one for one in wrong if one], said


def main(said, program):
    passed, failed = 0, 0
    for log in said["logs"]:
        wrong, done = check(program, log)
        for one in wrong:
            print(f"{log['name']}: {one}")
        print(f"{log['name']}: {done}")
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"test result: {'FAILED' if failed else 'ok'}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
