// From the drop to the findings, in Chromium, beside `gzip -dc` and native DuckDB in the same run.
//
// Usage: ./dev bench [--records 1000000] [--runs 3] [--cases gz,tree,raw,parquet] [--files 2000] [--json FILE]
// 9268034 records are 1 GiB of text. The data is made once, into .bench/.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { firstLoad, table } from "../../tools/bundle-size.mjs";
import { drop, openSite, phase } from "../../tests/e2e/support.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SEED = 1;

const { values: options } = parseArgs({
  options: {
    records: { type: "string", default: "1000000" },
    runs: { type: "string", default: "3" },
    cases: { type: "string", default: "gz,tree,raw,parquet" },
    files: { type: "string", default: "2000" },
    json: { type: "string" },
    "no-duckdb": { type: "boolean", default: false },
  },
});
const records = Number(options.records);

// --- data -------------------------------------------------------------------------------------------------

/** Makes the data of a case unless it is there; returns its path. */
function data(name) {
  const path = join(ROOT, ".bench", `${records}-${name === "tree" ? `${options.files}-files` : name}`);
  const made = { gz: `${path}.log.gz`, raw: `${path}.log`, parquet: `${path}.log.parquet`, tree: path }[name];
  if (existsSync(made)) return made;
  if (name === "parquet") return makeParquet(made);
  mkdirSync(join(ROOT, ".bench"), { recursive: true });
  console.log(`making ${made}`);
  const partial = name === "tree" ? `${made}.partial` : made.replace(/\.log/, ".partial.log");
  rmSync(partial, { recursive: true, force: true });
  const args = ["traffic", "--records", String(records), "--seed", String(SEED), "--out", partial];
  if (name === "tree") args.push("--files", options.files);
  execFileSync("cargo", ["run", "--quiet", "--locked", "--release", "--example", "generate", "--", ...args], { cwd: ROOT, stdio: "inherit" });
  renameSync(partial, made);
  return made;
}

/** Written by DuckDB, which is not ours. */
function makeParquet(made) {
  const text = data("raw");
  console.log(`making ${made}`);
  execFileSync(process.env.FLOWLENS_PYTHON, [join(ROOT, "benches/duckdb.py"), text, "--parquet", `${made}.partial`]);
  renameSync(`${made}.partial`, made);
  return made;
}

function sizeOf(path) {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path, { recursive: true })
    .map((name) => statSync(join(path, name)))
    .reduce((sum, info) => sum + (info.isFile() ? info.size : 0), 0);
}

// --- what is compared -------------------------------------------------------------------------------------

function timed(command, args) {
  const begin = performance.now();
  const { status, stderr } = spawnSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return (performance.now() - begin) / 1000;
}

/** Seconds of gzip alone; other files are compared with their compressed twin. */
function gunzip(name, path) {
  if (name === "tree") return timed("sh", ["-c", 'find "$0" -name "*.gz" -exec gzip -dc {} + >/dev/null', path]);
  return timed("sh", ["-c", 'gzip -dc "$0" >/dev/null', name === "gz" ? path : data("gz")]);
}

function duckdb(path) {
  if (options["no-duckdb"] || !process.env.FLOWLENS_PYTHON) return null;
  return JSON.parse(execFileSync(process.env.FLOWLENS_PYTHON, [join(ROOT, "benches/duckdb.py"), path], { encoding: "utf8" }));
}

/** One drop into a fresh browser: seconds until the findings are on screen, peak memory, and the report. */
async function flowlens(path) {
  const site = await openSite();
  try {
    const page = await site.browser.newPage();
    await page.goto(site.url);
    await phase(page, "empty");
    await page.waitForLoadState("networkidle");
    const idle = memory();
    const peak = { total: 0, private: 0 };
    const sampler = setInterval(() => {
      const now = memory();
      peak.total = Math.max(peak.total, now.total);
      peak.private = Math.max(peak.private, now.private);
    }, 100);
    await page.evaluate(() => {
      window.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
      }).observe({ type: "longtask" });
      window.done = new Promise((resolve) => {
        addEventListener("drop", () => {
          const begin = performance.now();
          const look = () => {
            const { phase } = document.querySelector("main").dataset;
            // The frame after the one in which the findings are there has them on screen.
            if (phase === "ready" || phase === "failed") requestAnimationFrame(() => resolve((performance.now() - begin) / 1000));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(() => requestAnimationFrame(look));
        }, { capture: true, once: true });
      });
    });
    await drop(page, path);
    const seconds = await page.evaluate(() => window.done);
    clearInterval(sampler);
    const { totals, findings } = await page.evaluate(() => window.flowlens.report());
    return { seconds, totals, findings: findings.length, peak, idle, longest: await page.evaluate(() => window.longest) };
  } finally {
    await site.close();
  }
}

/** Bytes in memory of this process's descendants: of all pages, and of those that are theirs alone. Linux only. */
function memory() {
  const sum = { total: 0, private: 0 };
  if (!existsSync("/proc/self/status")) return sum;
  const parents = new Map();
  const sizes = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    let status;
    try {
      status = readFileSync(`/proc/${name}/status`, "utf8");
    } catch {
      continue; // it has ended
    }
    const field = (key) => Number(status.match(new RegExp(`^${key}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
    parents.set(Number(name), field("PPid"));
    sizes.set(Number(name), { total: field("VmRSS") * 1024, private: field("RssAnon") * 1024 });
  }
  for (const [pid, size] of sizes) {
    let above = parents.get(pid);
    while (above && above !== process.pid) above = parents.get(above);
    if (above !== process.pid) continue;
    sum.total += size.total;
    sum.private += size.private;
  }
  return sum;
}

// --- the run ----------------------------------------------------------------------------------------------

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const MB = 1e6;

const results = [];
for (const name of options.cases.split(",").filter(possible)) {
  const path = data(name);
  const raw = sizeOf(data("raw"));
  readThrough(path);
  const runs = { gzip: [], duckdb: [], flowlens: [] };
  for (let run = 0; run < Number(options.runs); run++) {
    runs.gzip.push(gunzip(name, path));
    const peer = duckdb(path);
    if (peer) runs.duckdb.push(peer);
    runs.flowlens.push(await flowlens(path));
    const own = runs.flowlens.at(-1).totals;
    for (const key of ["records", "accept", "reject", "packets", "bytes", "sources", "interfaces"]) {
      if (peer && Number(own[key]) !== peer[key]) console.log(`${name}: ${key} is ${own[key]} here, ${peer[key]} in DuckDB`);
    }
  }
  const seconds = median(runs.flowlens.map((run) => run.seconds));
  const gzip = median(runs.gzip);
  const peer = runs.duckdb.length ? median(runs.duckdb.map((run) => run.seconds)) : null;
  results.push({
    case: name, records: runs.flowlens[0].totals.records, bytes: sizeOf(path), raw, seconds, gzip, duckdb: peer,
    all: runs.flowlens.map((run) => run.seconds),
    findings: runs.flowlens[0].findings,
    peak: median(runs.flowlens.map((run) => run.peak.total)),
    private: median(runs.flowlens.map((run) => run.peak.private)),
    idle: median(runs.flowlens.map((run) => run.idle.private)),
    longest: Math.max(...runs.flowlens.map((run) => run.longest)),
  });
}

/** Whether a case can be run here: only DuckDB writes Parquet. */
function possible(name) {
  return name !== "parquet" || Boolean(process.env.FLOWLENS_PYTHON);
}

function readThrough(path) {
  spawnSync("sh", ["-c", 'find "$0" -type f -exec cat {} + >/dev/null', path]);
}

const row = (cells) => cells.map((cell, i) => (i === 0 ? String(cell).padEnd(8) : String(cell).padStart(11))).join(" ");
console.log(`\nDrop to findings in Chromium, ${records.toLocaleString("en-US")} records, median of ${options.runs}`);
console.log(row(["case", "seconds", "records/s", "raw MB/s", "gzip s", "/ gzip", "DuckDB s", "/ DuckDB", "peak MB", "private MB", "longest ms"]));
for (const it of results) {
  console.log(row([
    it.case, it.seconds.toFixed(2), Math.round(it.records / it.seconds).toLocaleString("en-US"), Math.round(it.raw / MB / it.seconds),
    it.gzip.toFixed(2), (it.seconds / it.gzip).toFixed(2), it.duckdb?.toFixed(2) ?? "-",
    it.duckdb ? (it.seconds / it.duckdb).toFixed(2) : "-", Math.round(it.peak / MB), Math.round(it.private / MB), Math.round(it.longest),
  ]));
}
const [text, columns] = ["gz", "parquet"].map((name) => results.find((it) => it.case === name));
if (text && columns) console.log(`Parquet / the same records as gzip text: ${(columns.seconds / text.seconds).toFixed(2)}`);
console.log(`\nBundle\n${table(firstLoad(join(ROOT, "dist")))}`);
if (options.json) writeFileSync(options.json, `${JSON.stringify({ records, results }, null, 2)}\n`);
