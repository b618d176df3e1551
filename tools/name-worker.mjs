// Run by Trunk after it has built the page, in the folder it is about to make dist/.
//
// Trunk names the page's files by their content, but not those of a worker: a browser that still holds an old
// worker would run it with a new page. This gives the workers' files such names too and writes the name of the
// first into the page.
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dist = process.env.TRUNK_STAGING_DIR ?? "dist";
const names = ["worker-start.js", "worker.js", "worker_bg.wasm", "parquet.js", "parquet_bg.wasm"];

const hash = createHash("sha256");
for (const name of names) hash.update(readFileSync(join(dist, name)));
const tag = hash.digest("hex").slice(0, 16);
const tagged = (name) => name.replace(/^(worker|parquet)(.*)\.(js|wasm)$/, `$1-${tag}$2.$3`);

// The file that names another is rewritten: the page names the start, the start the bindings, those their program.
const mentions = [
  ["index.html", "./worker-start.js"],
  ["worker-start.js", "./worker.js"],
  ["worker-start.js", "./parquet.js"],
  ["worker-start.js", "./parquet_bg.wasm"],
  ["worker.js", "worker_bg.wasm"],
  ["parquet.js", "parquet_bg.wasm"],
];
for (const [file, mention] of mentions) {
  const path = join(dist, file);
  const text = readFileSync(path, "utf8");
  const parts = text.split(mention);
  if (parts.length < 2) throw new Error(`${file} does not mention ${mention}`);
  writeFileSync(path, parts.join(mention.startsWith("./") ? `./${tagged(mention.slice(2))}` : tagged(mention)));
}
for (const name of names) renameSync(join(dist, name), join(dist, tagged(name)));
