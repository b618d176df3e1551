// The page Athena: its scripts are run, with DuckDB in place of Athena, and their results dropped on the page, which then
// says the same as of the log itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import {
  drop, dropAndRead, handle, onPage, openSite, phase, report, settled, visit, write,
} from "./support.mjs";

const site = await openSite();
after(site.close);

const ROOT = join(import.meta.dirname, "../..");
const PYTHON = process.env.FLOWLENS_PYTHON;
const DAYS = "first=2026-10-01&last=2026-12-31";

function hasDuckdb() {
  try {
    execFileSync(PYTHON, ["-c", "import duckdb, sqlglot"]);
    return true;
  } catch {
    return false;
  }
}

/** A finding without what is only found among the records. */
const without = ({ evidence, queries, ...finding }) => finding;

/** The script of the step that is on show. */
async function script(page) {
  const button = handle(page, "athena-save").first();
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFileSync(await download.path(), "utf8");
}

test("scripts run on Athena, step by step, and the page says the same as of the log", onPage(site, async ({ page, folder, t }) => {
  if (!PYTHON || !hasDuckdb()) {
    t.skip("DuckDB is not installed: ./dev test does it");
    return;
  }
  const log = gunzipSync(readFileSync(join(ROOT, "static/sample.log.gz"))).toString();
  const aws = join(folder, "aws");
  mkdirSync(aws);
  writeFileSync(join(aws, "log"), log);
  const cli = join(aws, "aws");
  writeFileSync(cli, `#!/bin/sh\nexec "${PYTHON}" "${join(ROOT, "tools/athena-aws.py")}" "$@"\n`);
  chmodSync(cli, 0o755);

  await phase(page, "empty");
  await handle(page, "load-sample").click();
  await phase(page, "ready");
  const expected = await report(page);
  await page.evaluate(() => window.flowlens.clear());
  await phase(page, "empty");

  const format = encodeURIComponent(log.slice(0, log.indexOf("\n")));
  await visit(page, `#/athena?v=1&${DAYS}&format=${format}`);
  await handle(page, "athena-step").waitFor();
  assert.ok(await handle(page, "athena-save").isDisabled(), "where the logs are is not said yet");
  for (const [name, value] of Object.entries({ bucket: "s3://amzn-s3-demo-bucket/logs", region: "eu-west-1", accounts: "111122223333" })) {
    await handle(page, `athena-${name}`).fill(value);
    await handle(page, `athena-${name}`).press("Tab");
  }
  await page.waitForFunction(() => location.hash.includes("accounts=111122223333"));
  const results = join(folder, "flowlens-results");
  let steps = 0;
  for (; steps < 8; steps += 1) {
    await handle(page, "athena-step").waitFor();
    const title = await handle(page, "athena-step").innerText();
    if (title === "Everything is answered") break;
    assert.match(title, /^Step \d of 4: \d+ quer(y|ies)$/);
    const text = await script(page);
    assert.ok(text.includes("LOCATION 's3://amzn-s3-demo-bucket/logs/AWSLogs/'"), "the table is of that path");
    assert.ok(text.includes("day >= '2026/10/01' AND day <= '2026/12/31'"), "only these days are read");
    execFileSync("bash", ["-c", text], {
      cwd: folder,
      env: { ...process.env, PATH: `${aws}:${process.env.PATH}`, FLOWLENS_AWS: aws, PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    // The whole folder again: what was read before is passed over.
    await drop(page, results);
    await settled(page);
    const before = title;
    await page.waitForFunction((before) => document.querySelector('[data-testid="athena-step"]')?.innerText !== before, before);
  }
  const files = readdirSync(results).length;
  t.diagnostic(`${files} results in ${steps} steps`);

  const found = await report(page);
  assert.deepEqual([found.athena.shown, found.athena.judged, found.athena.to_run], [true, true, 0]);
  assert.deepEqual(found.findings.map(without), expected.findings.map(without));
  assert.deepEqual({ ...found.totals, duplicates: 0 }, { ...expected.totals, duplicates: 0 });
  assert.deepEqual(found.top, expected.top);
  assert.deepEqual(found.inputs.filter((input) => input.error || input.warnings.length), []);

  await visit(page, "#/overview");
  await handle(page, "athena-bar").getByText(`From Athena: ${found.athena.results} results, of 2026-10-01 to 2026-12-31`).waitFor();
  assert.equal(await handle(page, "filter-input").count(), 0, "nothing can be filtered");
  assert.ok(await page.locator("[data-finding-id]").count() > 3);
  await visit(page, "#/inputs");
  await page.getByText(/Rejected requests, \d+ rows/).first().waitFor();
  await visit(page, "#/query");
  await page.getByText("This page asks records, and none are loaded").waitFor();

  // The records of findings are asked for apart, and only if they are wanted.
  const [finding] = found.findings;
  await visit(page, `#/access/${encodeURIComponent(finding.id)}`);
  await page.getByText("Its records are in S3.").waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Athena" }).click();
  await handle(page, "athena-step").waitFor();
  assert.equal(await handle(page, "athena-accounts").inputValue(), "111122223333", "what was typed is still there");
  const records = await script(page);
  execFileSync("bash", ["-c", records], {
    cwd: folder,
    env: { ...process.env, PATH: `${aws}:${process.env.PATH}`, FLOWLENS_AWS: aws, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await drop(page, results);
  await page.getByText(`${found.findings.length} of ${found.findings.length} results`).waitFor();
  const shown = await report(page);
  assert.deepEqual(shown.findings.map((it) => it.evidence.length), expected.findings.map((it) => it.evidence.length));
}));

test("results and records are kept apart, and what cannot be used says why", onPage(site, async ({ page, folder }) => {
  await phase(page, "empty");
  await handle(page, "load-sample").click();
  await phase(page, "ready");
  const { findings, totals } = await report(page);
  const mark = "flowlens1_00000000000a_3fff_0_0_0";
  await dropAndRead(
    page,
    write(folder, "flowlens1_a.csv", `"interface","${mark}"\n"eni-0a","1"\n`),
    write(folder, "flowlens1_b.csv", `"interface","${mark}"\n"eni-0a","2"\n`),
    write(folder, "flowlens1_c.csv", '"interface","flowlens2_x"\n'),
    write(folder, "flowlens1_a.csv.metadata", "\x00\x01"),
  );
  await handle(page, "athena-bar").waitFor();
  const both = await report(page);
  assert.deepEqual(both.findings.map(({ id }) => id), findings.map(({ id }) => id), "the records are still on show");
  assert.equal(both.totals.records, totals.records);
  assert.equal(both.athena.shown, false);
  const said = (name) => {
    const input = both.inputs.find((input) => input.name === name);
    return input.error ?? input.warnings[0] ?? input.skipped;
  };
  assert.match(said("flowlens1_a.csv"), /None of the queries asks this/);
  assert.match(said("flowlens1_b.csv"), /damaged: it ends after 1 of 2 rows/);
  assert.match(said("flowlens1_c.csv"), /another version of flowlens/);
  assert.match(said("flowlens1_a.csv.metadata"), /metadata of an Athena result/);

  await handle(page, "athena-bar").getByRole("button", { name: "Show Athena's" }).click();
  await handle(page, "athena-bar").getByText("to be run next").waitFor();
  assert.equal((await report(page)).totals.records, 0);
  await handle(page, "athena-bar").getByRole("button", { name: "Show the loaded records" }).click();
  await handle(page, "filter-input").waitFor();
  assert.equal((await report(page)).totals.records, totals.records);
}));
