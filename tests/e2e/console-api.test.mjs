// The console API, window.flowlens, as the README documents it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, line, log, onPage, openSite, phase } from "./support.mjs";

const site = await openSite();
after(site.close);

test("load, report, explain, query and clear", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const text = log(...blockedReplies(), "2 123456789012 eni-0aaaaaaaaaaaaaaa1 - - - - - - - 1700000000 1700000059 - NODATA");
  const loaded = await page.evaluate((text) => window.flowlens.load([new File([text], "made.log")]), text);
  const { inputs } = loaded;
  assert.equal(inputs.length, 1);
  assert.equal(inputs[0].name, "made.log");
  assert.equal(inputs[0].records, 41);
  assert.equal(inputs[0].nodata, 1);
  assert.equal(await phase(page, "ready"), "ready");

  const report = await page.evaluate(() => window.flowlens.report());
  assert.equal(report.schema, "flowlens/report/1");
  assert.deepEqual(
    [report.totals.records, report.totals.accept, report.totals.reject, report.totals.nodata, report.totals.skipdata],
    [41, 35, 5, 1, 0],
  );
  assert.equal(report.totals.first, 1_700_000_000);
  assert.equal(report.totals.last, 1_700_000_299);
  assert.equal(report.top.rejected_ports.length, 5);
  for (const list of ["pairs_by_bytes", "sources_by_bytes", "interfaces_by_bytes", "rejected_ports", "rejected_sources"]) {
    assert.ok(Array.isArray(report.top[list]), list);
  }

  const finding = report.findings.find(({ kind }) => kind === "reply-blocked-outbound");
  assert.ok(finding.evidence.some((line) => line.includes("10.7.7.7")));
  assert.ok(finding.next_step.length > 0);
  const queries = await page.evaluate((id) => window.flowlens.explain(id), finding.id);
  assert.ok(queries.insights.length > 0 && queries.athena.length > 0);
  assert.ok(queries.insights.every((text) => typeof text === "string" && /fields|stats|filter/.test(text)));
  assert.ok(queries.athena.every((text) => typeof text === "string" && /select/i.test(text)));
  assert.ok(queries.insights.join("\n").includes("10.7.7.7"), "the real addresses are filled in");

  await page.evaluate(() => window.flowlens.clear());
  await phase(page, "empty");
  assert.equal((await page.evaluate(() => window.flowlens.report())).totals.records, 0);
}));

test("a load of several files adds up, in any order", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const parts = [log(line(), line({ action: "REJECT" })), log(line({ bytes: 5 })), log()];
  const totals = await page.evaluate(async (parts) => {
    const files = parts.map((text, i) => new File([text], `part-${i}.log`));
    await window.flowlens.load(files);
    const first = (await window.flowlens.report()).totals;
    await window.flowlens.clear();
    await window.flowlens.load(files.reverse());
    return [first, (await window.flowlens.report()).totals];
  }, parts);
  assert.equal(totals[0].records, 3);
  assert.deepEqual(totals[0], totals[1]);
}));

test("a wrong call is refused in words", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const refusal = await page.evaluate(() =>
    window.flowlens.load("a name").then(() => "read", (error) => String(error?.message ?? error)));
  assert.match(refusal, /File/);
  const query = await page.evaluate(() =>
    window.flowlens.query("select 1", "kql").then(() => "answered", (error) => String(error?.message ?? error)));
  assert.match(query, /"insights" or "sql"/);
}));

test("a Logs Insights query is answered, as a plan and by rows alike", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const text = log(line({ sport: 1111 }), line({ sport: 2222, action: "REJECT" }), line({ sport: 3333, action: "REJECT" }));
  const answers = await page.evaluate(async (text) => {
    await window.flowlens.load([new File([text], "a.log")]);
    const ask = (text) => window.flowlens.query(text, "insights").catch((error) => String(error.message));
    return Promise.all([
      ask("stats count(*) as n by action | sort n desc"),
      ask("stats count(*) as n by toupper(action) as action | sort n desc"),
      ask('filter action = "REJECT" | fields srcPort, srcPort * 2 as twice | sort srcPort | limit 1'),
      ask("filter srcPrt = 1111"),
    ]);
  }, text);
  const [plan, rows, single, wrong] = answers;
  assert.deepEqual(plan.columns, ["action", "n"]);
  assert.deepEqual(plan.rows, [["REJECT", 2], ["ACCEPT", 1]]);
  assert.deepEqual(rows.rows, plan.rows);
  assert.equal(plan.stats.records_scanned, 3);
  assert.deepEqual(single, { columns: ["srcPort", "twice"], rows: [[2222, 4444]], stats: { records_scanned: 3, records_matched: 2 }, notes: [] });
  assert.match(wrong, /`srcPrt`: did you mean `srcPort`\?/);
}));

test("an Athena query is answered", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const text = log(line({ sport: 1111 }), line({ sport: 2222, action: "REJECT" }), line({ sport: 3333, action: "REJECT" }));
  const answers = await page.evaluate(async (text) => {
    await window.flowlens.load([new File([text], "a.log")]);
    const ask = (text) => window.flowlens.query(text, "sql").catch((error) => String(error.message));
    return Promise.all([
      ask("SELECT action, count(*) AS n FROM vpc_flow_logs GROUP BY action ORDER BY n DESC"),
      ask("SELECT srcport FROM t WHERE srcport IN (SELECT max(srcport) FROM t)"),
      ask("SELECT srcprt FROM t"),
      ask("SELECT srcport FROM t WHERE"),
    ]);
  }, text);
  const [groups, within, unknown, open] = answers;
  assert.deepEqual(groups.columns, ["action", "n"]);
  assert.deepEqual(groups.rows, [["REJECT", 2], ["ACCEPT", 1]]);
  assert.deepEqual(within.rows, [[3333]]);
  assert.match(unknown, /no column srcprt: did you mean srcport\?/);
  assert.match(open, /expected an expression, found the end of the query \(character 28\)/);
}));
