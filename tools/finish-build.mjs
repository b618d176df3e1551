// Run by Trunk after it has built the page, in the folder it is about to make dist/.
//
// It packs the programs, which a bucket would deliver as they are, and what unpacks them goes into program.js;
// takes what browsers do not need out of the scripts and the style sheet; and names by their content those files that
// Trunk does not name so: a browser that still holds an old worker would run it with a new page.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { restored, sorted } from "../static/sorted.js";

const { FLOWLENS_ESBUILD, FLOWLENS_LZMA1, TRUNK_STAGING_DIR: dist = "dist" } = process.env;
if (!FLOWLENS_ESBUILD || !FLOWLENS_LZMA1) throw new Error("build with ./dev build, which installs the tools and says where they are");
const esbuild = createRequire(import.meta.url)(FLOWLENS_ESBUILD);
const { compress } = await import(pathToFileURL(join(FLOWLENS_LZMA1, "lib/index.js")));

const files = new Map(readdirSync(dist).map((name) => [name, readFileSync(join(dist, name))]));

/** What the build made or copied without a name of its own. */
const UNNAMED = ["program.js", "worker-start.js", "parquet.js", "parquet_bg.wasm", "query.js", "query.css", "query_bg.wasm", "report.js", "report_bg.wasm", "sql.js", "sql_bg.wasm"];
/** Where other files are mentioned, by relative addresses: the page, and the script that starts a worker. */
const MENTIONING = ["index.html", "worker-start.js"];

for (const [name, bytes] of files) {
  if (name === "program.js") files.set(name, bundled(`../static/${name}`));
  else if (/\.(js|css)$/.test(name)) files.set(name, minified(bytes, name.endsWith(".css") ? "css" : "js"));
  else if (name.endsWith(".wasm")) files.set(name, packed(bytes, name));
}

const hash = createHash("sha256");
for (const name of UNNAMED) hash.update(files.get(name));
const tag = hash.digest("hex").slice(0, 16);
const tagged = (name) => name.replace(/^([a-z]+)(.*)$/, `$1-${tag}$2`);
const lzma = (name) => name.replace(/\.wasm$/, ".wasm.lzma");

const app = [...files.keys()].find((name) => /^app-\w+\.js$/.test(name));
const finalNames = new Map([...files.keys()].map((name) => [name, lzma(UNNAMED.includes(name) ? tagged(name) : name)]));
for (const name of MENTIONING) {
  let text = files.get(name).toString("utf8").replaceAll("./app.js", `./${app}`);
  for (const [from, to] of finalNames) if (from !== to) text = text.replaceAll(`./${from}`, `./${to}`);
  files.set(name, Buffer.from(text.replace(/ type="?application\/wasm"?/, "").replace(/<!--.*?-->\n?/gs, "")));
}

for (const [name, bytes] of files) {
  rmSync(join(dist, name));
  writeFileSync(join(dist, finalNames.get(name)), bytes);
}

function minified(bytes, loader) {
  return Buffer.from(esbuild.transformSync(bytes.toString("utf8"), { minify: true, loader, target: "es2022" }).code);
}

/** A program, sorted and compressed. */
function packed(program, name) {
  const streams = sorted(program);
  if (Buffer.compare(restored(streams), program) !== 0) throw new Error(`${name} would not be restored to what it is`);
  return compress(streams, 9);
}

/** A script with what it imports. */
function bundled(path) {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))], alias: { "lzma1/lib": join(FLOWLENS_LZMA1, "lib") }, bundle: true, minify: true, format: "esm",
    target: "es2022", write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}
