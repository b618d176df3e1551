// Run by Trunk after it has built the page, in the folder it is about to make dist/.
//
// Trunk names the page's files by their content, but not those of a worker: a browser that still holds an old
// worker would run it with a new page. This gives all other scripts and programs such names too, and writes them
// where they are mentioned. And it compresses the programs, which a bucket would deliver as they are: with zopfli where
// FLOWLENS_ZOPFLI says where that is, for a twentieth less than gzip makes of them.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";

const dist = process.env.TRUNK_STAGING_DIR ?? "dist";
const read = (name) => readFileSync(join(dist, name));

const { FLOWLENS_ZOPFLI: zopfli } = process.env;
const zopfliGzip = zopfli && promisify(createRequire(import.meta.url)(zopfli).gzip);
const compressed = (bytes) => (zopfliGzip ? zopfliGzip(bytes, { numiterations: 15 }) : gzipSync(bytes, { level: 9 }));

/** What the build made or copied without a name of its own. */
const names = ["program.js", "worker-start.js", "worker.js", "worker_bg.wasm", "parquet.js", "parquet_bg.wasm"];

const hash = createHash("sha256");
for (const name of names) hash.update(read(name));
const tag = hash.digest("hex").slice(0, 16);
const tagged = (name) => name.replace(/^([a-z]+)(.*)$/, `$1-${tag}$2`).replace(/\.wasm$/, ".wasm.gz");

// Where files are mentioned: relative addresses in the page and in the script that starts a worker.
for (const file of ["index.html", "worker-start.js"]) {
  let text = read(file).toString("utf8");
  for (const name of names) text = text.replaceAll(`./${name}`, `./${tagged(name)}`);
  // The page's own program has its name already.
  if (file === "index.html") text = text.replaceAll(/\.\/app-\w+\.wasm/g, "$&.gz").replace(/ type="?application\/wasm"?/, "");
  writeFileSync(join(dist, file), text);
}
for (const name of readdirSync(dist).filter((name) => names.includes(name) || name.endsWith(".wasm"))) {
  const isProgram = name.endsWith(".wasm");
  const final = names.includes(name) ? tagged(name) : `${name}.gz`;
  const bytes = isProgram ? await compressed(read(name)) : read(name);
  rmSync(join(dist, name));
  writeFileSync(join(dist, final), bytes);
}
