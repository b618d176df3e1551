// What a visitor downloads before the page is ready, compressed as by the build or as a server would, against the budget.
// Usage: node bundle-size.mjs [dist]; ends with an error above the ceiling, which is what it is now, so that nothing grows unseen.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

/** Bytes of the whole first load, compressed. */
export const BUDGET = 450_000;

/** What it may be until the budget is met: results of Athena, which are judged at the desk, take 6.5 kB. */
export const CEILING = 456_600;

/** Fetched only when it is asked for: the sample, what reads Parquet or SQL, the pages of `query`, and what writes reports. */
const LATER = /^(sample\.log\.gz|(parquet|query|report|sql)-.*)$/;

/** The files of the first load. */
export const firstLoad = (dist) => sizes(dist, (name) => !LATER.test(name));

/** What is fetched when the first Parquet file comes, one of the pages of `query`, the first report or the first query in SQL. */
export const later = (dist, program) => sizes(dist, (name) => name.startsWith(`${program}-`));

function sizes(dist, isOne) {
  return readdirSync(dist)
    .filter(isOne)
    .map((name) => {
      const bytes = readFileSync(join(dist, name));
      const compressed = /\.(gz|lzma)$/.test(name) ? bytes.length : gzipSync(bytes, { level: 9 }).length;
      return { name, bytes: bytes.length, compressed };
    })
    .sort((a, b) => b.compressed - a.compressed);
}

/** The table that is printed. */
export function table(files) {
  const row = (name, bytes, compressed) => `${name.padEnd(44)} ${bytes.padStart(10)} ${compressed.padStart(10)}`;
  const number = (n) => n.toLocaleString("en-US");
  const sum = (key) => files.reduce((total, file) => total + file[key], 0);
  return [
    row("file", "bytes", "compressed"),
    ...files.map((file) => row(file.name, number(file.bytes), number(file.compressed))),
    row("first load", number(sum("bytes")), number(sum("compressed"))),
    row("budget", "", number(BUDGET)),
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const files = firstLoad(process.argv[2] ?? "dist");
  console.log(table(files));
  for (const program of ["Parquet file", "query", "report", "SQL query"]) {
    const more = later(process.argv[2] ?? "dist", program.split(" ")[0].toLowerCase()).reduce((sum, file) => sum + file.compressed, 0);
    console.log(`For the first ${program} ${more.toLocaleString("en-US")} more.`);
  }
  const total = files.reduce((sum, file) => sum + file.compressed, 0);
  if (total > BUDGET) console.error(`The first load is ${total - BUDGET} bytes over its budget.`);
  if (total > CEILING) {
    console.error(`It is over the ceiling too, by ${total - CEILING} bytes.`);
    process.exitCode = 1;
  }
}
