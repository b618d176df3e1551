// Records of a custom format without a header line: asked for, given, remembered, forgotten, and told by flow logs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { dropAndRead, handle, line, log, onPage, openSite, phase, report, settled, visit, write } from "./support.mjs";

const site = await openSite();
after(site.close);

const NAMES = "version instance-id interface-id srcaddr dstaddr account-id protocol bytes packets start end action tcp-flags log-status";
const FORMAT = NAMES.split(" ").map((name) => `\${${name}}`).join(" ");
const STORED = "flowlens-formats";

/** A record of that format. */
const custom = (n = 0, action = "ACCEPT") =>
  `3 i-0aaaaaaaaaaaaaaa1 eni-0aaaaaaaaaaaaaaa1 10.0.0.5 192.0.2.${1 + (n % 200)} 123456789012 6 ${5680 + n} ${8 + (n % 90)} ${1_700_000_000 + n} ${1_700_000_060 + n} ${action} 2 OK`;
const records = (count) => `${Array.from({ length: count }, (_, n) => custom(n, n % 4 ? "ACCEPT" : "REJECT")).join("\n")}\n`;
const described = (...formats) =>
  JSON.stringify({ FlowLogs: formats.map((LogFormat, i) => ({ FlowLogId: `fl-0${i}`, LogGroupName: "flow", TrafficType: "ALL", LogFormat })) }, null, 2);

const input = async (page, name) => (await report(page)).inputs.find((one) => one.name === name);

/** Opens the details of a file on the page Inputs. */
async function open(page, name) {
  await visit(page, "#/inputs");
  await page.locator(".vrow", { hasText: name }).first().click();
}

test("a format is asked for, given, remembered and forgotten", onPage(site, async ({ page, folder }) => {
  const [first, second] = [write(folder, "a.log", records(40)), write(folder, "b.log", records(7))];
  await dropAndRead(page, first, second);
  assert.equal(await phase(page, "ready", "failed"), "failed");
  const form = handle(page, "format-form");
  assert.equal(await form.count(), 1, "files of one shape are asked about once");
  assert.match(await form.locator("thead th").nth(3).innerText(), /^srcaddr[\s\S]*or pkt-srcaddr/);
  assert.equal(await form.locator("tbody tr").count(), 8);
  const verdict = handle(page, "format-verdict");
  const read = handle(page, "read-with-format");
  assert.ok(await read.isDisabled(), "what is in doubt is not proposed");
  assert.equal(await handle(page, "format-input").inputValue(), "? instance-id interface-id ? ? account-id ? ? ? start end action ? log-status");
  for (const [text, words] of [
    ["version scraddr", /scraddr is no field: perhaps srcaddr/],
    ["version srcaddr dstaddr", /3 names for 14 columns/],
    [NAMES.replace("instance-id interface-id", "interface-id instance-id"), /value 2 is not what interface-id holds: i-0a+1 in line 1/],
  ]) {
    await handle(page, "format-input").fill(text);
    await verdict.filter({ hasText: words }).waitFor();
    assert.ok(await read.isDisabled(), text);
  }
  await handle(page, "format-input").fill(`"LogFormat": "${FORMAT}",`);
  await verdict.filter({ hasText: "14 names, and no value speaks against them" }).waitFor();
  await read.click();
  assert.equal(await settled(page), "ready");
  const { inputs, totals } = await report(page);
  assert.deepEqual([totals.records, totals.accept, totals.reject], [47, 35, 12]);
  assert.deepEqual(inputs.map((one) => [one.format_source, one.refused]), [["the format you gave", 0], ["the format you gave", 0]]);

  await page.reload();
  await dropAndRead(page, first);
  assert.equal(await phase(page, "ready", "failed"), "ready");
  assert.match((await input(page, "a.log")).format_source, /^the format you gave on \d{4}-\d\d-\d\d$/);
  await open(page, "a.log");
  await page.getByRole("button", { name: "Forget this format" }).click();
  await page.getByRole("button", { name: "Forget this format" }).waitFor({ state: "detached" });

  await page.reload();
  await dropAndRead(page, first);
  assert.equal(await phase(page, "ready", "failed"), "failed");
  await form.waitFor();
}));

test("a flow log's description settles it, whenever it comes", onPage(site, async ({ page, folder }) => {
  const logs = write(folder, "a.log", records(12));
  const flowLogs = write(folder, "flow-logs.json", described(FORMAT));
  await dropAndRead(page, logs);
  assert.equal(await phase(page, "ready", "failed"), "failed");
  await dropAndRead(page, flowLogs);
  assert.equal((await input(page, "a.log")).format_source, "LogFormat of fl-00");
  assert.equal((await report(page)).totals.records, 12);
  for (const files of [[logs, flowLogs], [flowLogs, logs]]) {
    await page.evaluate(() => window.flowlens.clear());
    await dropAndRead(page, ...files);
    assert.equal((await report(page)).totals.records, 12);
    await open(page, "flow-logs.json");
    await page.getByText("Says the format of 1 flow log").waitFor();
  }
  // Two flow logs whose formats both fit leave it open.
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, logs, write(folder, "two.json", described(FORMAT, FORMAT.replace("${srcaddr} ${dstaddr}", "${dstaddr} ${srcaddr}"))));
  await open(page, "a.log");
  await page.getByText("LogFormat of fl-00, LogFormat of fl-01").waitFor();
}));

test("a file that waits is shown among those that were read", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "a.log", records(5)), write(folder, "b.log", log(line())));
  assert.equal(await phase(page, "ready", "failed"), "ready");
  await open(page, "a.log");
  await handle(page, "format-input").fill(NAMES);
  await handle(page, "read-with-format").click();
  await page.waitForFunction(async () => (await window.flowlens.report()).totals.records === 6);
}));

test("the console takes a format", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const load = (format) => page.evaluate(
    ([text, format]) => window.flowlens.load([new File([text], "a.log")], { format }).then(({ totals }) => totals.records, (error) => error.message),
    [records(9), format],
  );
  assert.equal(await load(FORMAT), 9);
  assert.match(await load("version scraddr"), /scraddr is no field: perhaps srcaddr/);
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), STORED), null, "it is not remembered");
}));

test("large files of a remembered format, in parts and inflated apart", onPage(site, async ({ page, folder }) => {
  await page.evaluate(([key, text]) => localStorage.setItem(key, text), [STORED, `2026-11-24 ${NAMES}\n`]);
  await page.reload();
  const text = records(240_000);
  assert.ok(text.length > 25 << 20);
  await dropAndRead(page, write(folder, "large.log", text));
  const plain = await report(page);
  assert.deepEqual([plain.totals.records, plain.totals.reject, plain.inputs[0].refused], [240_000, 60_000, 0]);
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, write(folder, "large.bin", gzipSync(text, { level: 0 })));
  const inflated = await report(page);
  assert.deepEqual(inflated.totals, plain.totals);
  assert.equal(inflated.inputs[0].format_source, "the format you gave on 2026-11-24");
}));

test("without storage a format is remembered for the visit", onPage(site, async ({ page, context, folder }) => {
  await context.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("denied", "SecurityError"); } });
  });
  await page.reload();
  const logs = write(folder, "a.log", records(3));
  await dropAndRead(page, logs);
  await handle(page, "format-input").fill(NAMES);
  await handle(page, "read-with-format").click();
  assert.equal(await settled(page), "ready");
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, logs);
  assert.equal((await report(page)).totals.records, 3);
}));
