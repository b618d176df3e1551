// The page stays alive: nothing holds the main thread for over 50 ms while a million records load.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { drop, handle, line, log, longTasks, onPage, openSite, phase, report, settled, visit, write, writeLarge } from "./support.mjs";

const RECORDS = 1_000_000;
const site = await openSite();
after(site.close);

for (const packed of [false, true]) {
  test(`a million records load without holding up the page, ${packed ? "gzip" : "plain"}`, onPage(site, async ({ page, folder }) => {
    let path = await writeLarge(`${folder}/million.log`, RECORDS);
    if (packed) {
      const text = readFileSync(path);
      path += ".gz";
      writeFileSync(path, gzipSync(text, { level: 1 }));
    }
    await phase(page, "empty");
    await page.waitForLoadState("networkidle");
    const tasks = await longTasks(site, page, async () => {
      await drop(page, path);
      assert.equal(await settled(page), "ready");
      for (const route of ["#/access", "#/nat", "#/inputs", "#/overview"]) {
        await visit(page, route);
        await page.waitForTimeout(300);
      }
      const input = handle(page, "filter-input");
      await input.fill('action = "REJECT"');
      await input.press("Enter");
      await page.getByText(/\d of 1\S*\sM records/).first().waitFor();
    });
    assert.deepEqual(tasks, []);
    assert.equal((await report(page)).totals.records, RECORDS);
  }));
}

test("a tree of two thousand files is taken in without holding up the page", onPage(site, async ({ page, folder }) => {
  const files = 2000;
  for (let i = 0; i < files; i++) {
    write(folder, `AWSLogs/${String(i % 20).padStart(2, "0")}/${i}.log.gz`, log(line({ sport: 1024 + i }), line({ sport: 9000 + i, action: "REJECT" })));
  }
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  const tasks = await longTasks(site, page, async () => {
    await drop(page, `${folder}/AWSLogs`);
    assert.equal(await settled(page), "ready");
    await visit(page, "#/inputs");
    await page.getByText(/2,000 files/).first().waitFor();
  });
  assert.deepEqual(tasks, []);
  assert.equal((await report(page)).totals.records, 2 * files);
}));
