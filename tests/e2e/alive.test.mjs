// The page stays alive: nothing holds the main thread for over 50 ms while a million records load.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { drop, handle, onPage, openSite, phase, report, settled, visit, writeLarge } from "./support.mjs";

const RECORDS = 1_000_000;
const site = await openSite();
after(site.close);

/** Tasks over 50 ms from now on, in milliseconds. */
async function watchLongTasks(page) {
  await page.evaluate(() => {
    window.longTasks = [];
    const since = performance.now();
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (startTime >= since) window.longTasks.push({ at: Math.round(startTime - since), millis: Math.round(duration) });
      }
    }).observe({ type: "longtask" });
  });
}

test("a million records load without holding up the page", onPage(site, async ({ page, folder }) => {
  const path = await writeLarge(`${folder}/million.log`, RECORDS);
  const packed = `${folder}/million.log.gz`;
  writeFileSync(packed, gzipSync(readFileSync(path), { level: 1 }));
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  for (const file of [path, packed]) {
    await watchLongTasks(page);
    await drop(page, file);
    assert.equal(await settled(page), "ready");
    assert.equal((await report(page)).totals.records, RECORDS);
    for (const route of ["#/access", "#/nat", "#/inputs", "#/overview"]) {
      await visit(page, route);
      await page.waitForTimeout(300);
    }
    const input = handle(page, "filter-input");
    await input.fill('action = "REJECT"');
    await input.press("Enter");
    await page.waitForTimeout(1000);
    assert.deepEqual(await page.evaluate(() => window.longTasks), [], `long tasks while loading ${file.endsWith("gz") ? "gzip" : "plain text"}`);
    await page.evaluate(() => window.flowlens.clear());
    await phase(page, "empty");
    await visit(page, "#/overview");
  }
}));
