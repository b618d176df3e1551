// Parquet: read by a program of its own, fetched when the first such file comes, as the text it was made of.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { drop, dropAndRead, handle, line, log, onPage, openSite, phase, report, visit, write, writeLarge } from "./support.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const site = await openSite({ host: "flow.test", prefix: "/some/prefix/" });
after(site.close);

/** Writes the log of a text file as Parquet. */
function parquet(from, to, codec = "gzip", rows = 1_000_000) {
  const args = ["run", "--quiet", "--locked", "--example", "to_parquet", "--", from, to, codec, String(rows)];
  execFileSync("cargo", args, { cwd: ROOT, stdio: "inherit" });
  return to;
}

const told = ({ totals, top, findings }) => ({ totals, top, findings });

test("a Parquet file gives the very report of its text", onPage(site, async ({ page, folder, requests }) => {
  const text = `${ROOT}static/sample.log.gz`;
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  let before = requests.length;
  await dropAndRead(page, text);
  assert.deepEqual(requests.slice(before), [], "what reads Parquet is not fetched for text");
  const expected = told(await report(page));
  before = requests.length;
  for (const [codec, rows] of [["gzip", 1_000_000], ["zstd", 700], ["snappy", 5000]]) {
    await page.evaluate(() => window.flowlens.clear());
    await dropAndRead(page, parquet(text, `${folder}/sample-${codec}.parquet`, codec, rows));
    const { inputs, ...rest } = await report(page);
    assert.deepEqual(told(rest), expected, codec);
    assert.equal(inputs[0].container, "Parquet");
    assert.equal(inputs[0].records, expected.totals.records);
  }
  const fetched = requests.slice(before).map(({ method, url }) => `${method} ${url.replace(/-[0-9a-f]{16}/, "")}`);
  assert.deepEqual([...new Set(fetched)].sort(), [`GET ${site.url}parquet.js`, `GET ${site.url}parquet_bg.wasm.lzma`]);
}));

test("Parquet is known by its content, and a broken file does not poison the next", onPage(site, async ({ page, folder }) => {
  const text = write(folder, "flows.log", log(...Array.from({ length: 300 }, (_, i) => line({ sport: 1024 + i, packets: i }))));
  const good = readFileSync(parquet(text, `${folder}/good.parquet`, "snappy", 100));
  write(folder, "without a name for it", good);
  write(folder, "cut.parquet", good.subarray(0, 2000));
  const holed = Buffer.from(good);
  holed.fill(0xff, 300, 900);
  write(folder, "holed.parquet", holed);
  write(folder, "text.parquet", log(line()));
  write(folder, "tiny.parquet", "PAR1");
  const names = ["good.parquet", "without a name for it", "cut.parquet", "holed.parquet", "text.parquet", "tiny.parquet"];
  await dropAndRead(page, ...names.map((name) => `${folder}/${name}`));
  const { inputs } = await report(page);
  const of = (name) => inputs.find((input) => input.name === name);
  assert.deepEqual([of("good.parquet").records, of("good.parquet").error], [300, null]);
  assert.deepEqual([of("without a name for it").records, of("without a name for it").error], [300, null]);
  assert.match(of("cut.parquet").error, /cut/);
  assert.match(of("holed.parquet").error, /Parquet file (breaks|cannot be read)/);
  assert.deepEqual([of("text.parquet").records, of("text.parquet").container], [1, "text"]);
  assert.ok(of("tiny.parquet").error);
  await visit(page, "#/inputs");
  await page.getByText("good.parquet").first().waitFor();
}));

test("a large Parquet file is shared out by its row groups", onPage(site, async ({ page, folder }) => {
  const records = 1_700_000;
  const text = await writeLarge(`${folder}/large.log`, records);
  const large = parquet(text, `${folder}/large.parquet`, "none", 100_000);
  assert.ok(statSync(large).size > 24 << 20, "it is large enough to be shared out");
  await dropAndRead(page, text);
  const expected = told(await report(page));
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, large);
  const { inputs, ...rest } = await report(page);
  assert.deepEqual(told(rest), expected);
  assert.equal(inputs[0].lines, records);

  await page.evaluate(() => window.flowlens.clear());
  await drop(page, large);
  await handle(page, "cancel").click();
  await phase(page, "ready", "failed", "empty");
  const [input] = (await report(page)).inputs;
  assert.match(input.error, /cancelled/);
}));
