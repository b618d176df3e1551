// Records that are exact copies of others: counted once the report is out, left out by a switch.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, dropAndRead, handle, log, onPage, openSite, phase, report, visit, write } from "./support.mjs";

const site = await openSite();
after(site.close);

const records = (page, number) => page.waitForFunction(async (number) => {
  const { totals } = await window.flowlens.report();
  return totals.records === number;
}, number);

test("copies are counted, left out when told to, and counted again", onPage(site, async ({ page, folder }) => {
  const lines = blockedReplies();
  const half = lines.slice(0, lines.length / 2);
  await dropAndRead(page, write(folder, "all.log", log(...lines)));
  const plain = await report(page);
  assert.deepEqual([plain.totals.duplicates, plain.totals.left_out], [0, 0]);
  assert.equal(await handle(page, "copies").count(), 0);
  await page.evaluate(() => window.flowlens.clear());

  await phase(page, "empty");
  await dropAndRead(page, write(folder, "all.log", log(...lines)), write(folder, "half.log", log(...half)));
  await handle(page, "copies").getByText(`${half.length} records are exact copies of others.`).waitFor();
  const twice = await report(page);
  assert.deepEqual([twice.totals.records, twice.totals.duplicates], [lines.length + half.length, half.length]);

  await handle(page, "copies").getByRole("button", { name: "Leave them out" }).click();
  await records(page, lines.length);
  const left = await report(page);
  assert.deepEqual({ ...left.totals, duplicates: 0, left_out: 0 }, plain.totals);
  assert.equal(left.totals.left_out, half.length);
  assert.deepEqual(left.findings, plain.findings);
  assert.deepEqual(left.top, plain.top);

  await visit(page, "#/inputs");
  await handle(page, "copies").getByText("and left out").waitFor();
  await handle(page, "copies").getByRole("button", { name: "Count them" }).click();
  await records(page, lines.length + half.length);
}));

test("scripts leave copies out", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const load = (options) => page.evaluate(async ([text, options]) => {
    const { totals } = await window.flowlens.load([new File([text], "a.log"), new File([text], "b.log")], options);
    const { records, left_out } = totals;
    return [records, left_out, (await window.flowlens.report()).totals.duplicates];
  }, [log(...blockedReplies()), options]);
  const count = blockedReplies().length;
  assert.deepEqual(await load({ copies: "leave-out" }), [count, count, count]);
  assert.deepEqual(await load({}), [2 * count, 0, count]);
}));
