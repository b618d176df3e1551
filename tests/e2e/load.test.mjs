// Ways in: drop, pickers, paste, the sample; progress and cancel; files that are not what they should be.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  blockedReplies, drop, dropAndRead, handle, line, log, onPage, openSite, phase, report, settled, visit, write, writeLarge,
} from "./support.mjs";

const site = await openSite();
after(site.close);

test("dropped files are read together and judged", onPage(site, async ({ page, folder }) => {
  const lines = blockedReplies();
  const requests = lines.filter((_, i) => i % 2 === 0);
  const replies = lines.filter((_, i) => i % 2 === 1);
  await dropAndRead(page, write(folder, "replies.log", log(...replies)), write(folder, "requests.log.gz", log(...requests)));
  assert.equal(await phase(page, "ready", "failed"), "ready");

  const { schema, totals, inputs, findings } = await report(page);
  assert.equal(schema, "flowlens/report/1");
  assert.equal(totals.records, lines.length);
  assert.equal(totals.reject, 5);
  assert.equal(totals.accept, lines.length - 5);
  assert.deepEqual(inputs.map(({ name }) => name).sort(), ["replies.log", "requests.log.gz"]);
  const blocked = findings.filter(({ kind }) => kind === "reply-blocked-outbound");
  assert.equal(blocked.length, 1);
  assert.equal(blocked[0].cause.component, "network-acl");
  assert.equal(blocked[0].cause.certainty, "certain");
  assert.deepEqual(blocked[0].peers, ["10.7.7.7"]);

  await visit(page, "#/access");
  await page.locator(`[data-finding-id="${blocked[0].id}"][data-finding-kind="reply-blocked-outbound"]`).first().waitFor();
}));

test("a dropped folder tree is read whole", onPage(site, async ({ page, folder }) => {
  const tree = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2023/11/14";
  const files = 230; // a directory reader hands out 100 entries at a time
  for (let i = 0; i < files; i++) {
    write(folder, `${tree}/123456789012_vpcflowlogs_us-east-1_fl-1_20231114T22${String(i).padStart(4, "0")}Z_0.log.gz`, log(line({ sport: 40_000 + i })));
  }
  write(folder, "AWSLogs/123456789012/vpcflowlogs/eu-west-1/2023/11/14/deep.log", log(line({ packets: 7 })));
  write(folder, "AWSLogs/empty/.keep", "");
  await dropAndRead(page, `${folder}/AWSLogs`);
  const { totals, inputs } = await report(page);
  assert.equal(totals.records, files + 1);
  assert.equal(totals.packets, files * 10 + 7);
  const deep = inputs.find(({ name }) => name.endsWith("deep.log"));
  assert.match(deep.name, /AWSLogs\/123456789012\/vpcflowlogs\/eu-west-1\/2023\/11\/14\/deep\.log$/);
}));

test("the file picker and the folder picker read what is chosen", onPage(site, async ({ page, folder }) => {
  const one = write(folder, "one.log", log(line()));
  const two = write(folder, "two.log", log(line(), line({ action: "REJECT" })));
  write(folder, "tree/a/three.log", log(line()));
  await phase(page, "empty");
  await handle(page, "file-input").setInputFiles([one, two]);
  await settled(page);
  assert.equal((await report(page)).totals.records, 3);
  await page.evaluate(() => window.flowlens.clear());
  await phase(page, "empty");
  await handle(page, "folder-input").setInputFiles(`${folder}/tree`);
  await settled(page);
  assert.equal((await report(page)).totals.records, 1);
}));

test("pasted records are read", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  // A real clipboard without asking for rights to it: cut from a text area, then paste onto the page.
  await page.evaluate((text) => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
  }, log(line(), line({ action: "REJECT" })));
  await page.keyboard.press("Control+x");
  await page.evaluate(() => {
    document.querySelector("body > textarea").remove();
  });
  await page.keyboard.press("Control+v");
  assert.equal(await settled(page), "ready");
  const { totals } = await report(page);
  assert.deepEqual([totals.records, totals.reject], [2, 1]);
}));

test("the sample shows every kind of finding", onPage(site, async ({ page, requests }) => {
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  const before = requests.length;
  await handle(page, "load-sample").first().click();
  assert.equal(await settled(page), "ready");
  const asked = requests.slice(before);
  const { totals, findings, inputs } = await report(page);
  assert.ok(totals.records > 1000, `a few thousand records, not ${totals.records}`);
  assert.deepEqual(inputs.filter(({ error, refused }) => error || refused).map(({ name, error }) => [name, error]), []);
  const kinds = new Set(findings.map(({ kind }) => kind));
  for (const kind of [
    "inbound-denied", "reply-blocked-outbound", "outbound-denied", "reply-blocked-inbound", "after-close",
    "public-access-blocked", "no-answer-from-host", "no-answer-from-peer", "changed-during-log",
    "nat-reply", "nat-unsolicited", "nat-bypassed", "nat-unconfirmed",
  ]) {
    assert.ok(kinds.has(kind), `the sample has no ${kind}`);
  }
  for (const { method, url } of asked) {
    assert.deepEqual([method, url], ["GET", `${site.url}sample.log.gz`]);
  }
}));

test("files are added to a loaded set, or replace it", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "one.log", log(line())));
  await drop(page, write(folder, "two.log", log(line(), line())));
  await handle(page, "add-files").click();
  await page.waitForFunction(async () => {
    if (document.querySelector("main").dataset.phase !== "ready") return false;
    return (await window.flowlens.report()).inputs.length === 2;
  });
  assert.equal((await report(page)).totals.records, 3);

  await drop(page, write(folder, "three.log", log(line())));
  await handle(page, "replace-files").click();
  await page.waitForFunction(async () => {
    if (document.querySelector("main").dataset.phase !== "ready") return false;
    return (await window.flowlens.report()).inputs.length === 1;
  });
  assert.equal((await report(page)).totals.records, 1);
}));

test("progress is shown by bytes read, and a load can be cancelled", onPage(site, async ({ page, folder }) => {
  const path = await writeLarge(`${folder}/large.log`, 4_000_000);
  await phase(page, "empty");
  await page.evaluate(() => {
    window.shown = [];
    const read = () => {
      const bar = document.querySelector("main[data-phase=loading] progress, main[data-phase=loading] [role=progressbar]");
      if (bar) window.shown.push(Number(bar.getAttribute("aria-valuenow") ?? bar.value));
      requestAnimationFrame(read);
    };
    read();
  });
  await drop(page, path);
  await phase(page, "loading");
  await page.waitForFunction(() => new Set(window.shown).size >= 3);
  const shown = await page.evaluate(() => window.shown);
  assert.deepEqual(shown, [...shown].sort((a, b) => a - b), "progress only grows");
  await handle(page, "cancel").click();
  assert.ok(["ready", "empty", "failed"].includes(await phase(page, "ready", "empty", "failed")));
  const { totals, inputs } = await report(page);
  assert.ok(totals.records < 4_000_000, "the load was stopped");
  assert.equal(inputs.length, 1);
  assert.match(inputs[0].error, /cancel/i);

  // The next load is none the worse for it.
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, write(folder, "small.log", log(line())));
  assert.equal((await report(page)).totals.records, 1);
}));

test("a large gzip file, read by two workers, gives what its plain text gives", onPage(site, async ({ page, folder }) => {
  const plain = await writeLarge(`${folder}/large.log`, 400_000);
  // Not compressed, so that it counts as large without millions of records.
  const packed = write(folder, "large.log.gz", gzipSync(readFileSync(plain), { level: 0 }));
  assert.ok(statSync(packed).size > 24 << 20, "large enough for two workers");
  const reports = [];
  for (const path of [plain, packed]) {
    await dropAndRead(page, path);
    const { totals, top, findings, inputs } = await report(page);
    const { records, lines, nodata, refused } = inputs[0];
    reports.push({ totals, top, findings, counts: { records, lines, nodata, refused } });
    await page.evaluate(() => window.flowlens.clear());
  }
  assert.equal(reports[0].totals.records, 400_000);
  assert.deepEqual(reports[1], reports[0]);
}));

test("a corrupt file does not spoil the good ones", onPage(site, async ({ page, folder }) => {
  const many = Array.from({ length: 20_000 }, (_, i) => line({ sport: 1024 + (i % 60_000), bytes: 60 + ((i * 7919) % 1400) }));
  const whole = gzipSync(log(...many));
  await dropAndRead(
    page,
    write(folder, "good.log", log(line(), line({ action: "REJECT" }))),
    write(folder, "truncated.log.gz", whole.subarray(0, Math.floor(whole.length / 2))),
    write(folder, "noise.bin", Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 24))),
    write(folder, "bad-lines.log", log(line(), "2 123456789012 eni-1 not an address", line())),
    write(folder, "empty.log", ""),
    write(folder, "trail.json", '{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject"}]}'),
    write(folder, "good.log.gz", log(line())),
  );
  assert.equal(await phase(page, "ready", "failed"), "ready");
  const { totals, inputs } = await report(page);
  const of = (name) => inputs.find((input) => input.name === name);
  assert.equal(of("good.log").records, 2);
  assert.equal(of("good.log.gz").records, 1);
  assert.equal(of("bad-lines.log").records, 2);
  assert.equal(of("bad-lines.log").refused, 1);
  assert.equal(of("bad-lines.log").refusals[0].line, 3);
  const cut = of("truncated.log.gz");
  assert.ok(cut.error, "says where it broke");
  assert.ok(cut.records > 5000 && cut.records < 20_000, `keeps the rows before the break, not ${cut.records}`);
  assert.match(of("trail.json").error, /CloudTrail/);
  assert.ok(of("noise.bin").error ?? of("noise.bin").refused > 0);
  assert.equal(of("empty.log").records, 0);
  assert.equal(totals.records, 5 + cut.records);

  await visit(page, "#/inputs");
  await page.getByText("truncated.log.gz").first().waitFor();
  await page.getByText("trail.json").first().waitFor();
}));

/** Loads the page again so that its workers can be made to stop: the desk, which the page starts first, or the shards. Before them one
 * has unpacked the program. */
async function withStoppableWorkers(page) {
  await page.addInitScript(() => {
    const started = [];
    window.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        started.push(this);
      }
    };
    // A message of no sense ends in an error that nobody catches.
    window.stopWorkers = (first, end) => started.slice(1).slice(first, end).forEach((worker) => worker.postMessage(null));
  });
  await page.reload();
  await phase(page, "empty");
}

test("a worker that stops is reported and replaced", onPage(site, async ({ page }) => {
  await withStoppableWorkers(page);
  const load = () => page.evaluate(async (text) => {
    await window.flowlens.load([new File([text], "a.log"), new File([text], "b.log")]);
    return (await window.flowlens.report()).totals.records;
  }, log(line(), line({ action: "REJECT" })));
  assert.equal(await load(), 4);
  await page.evaluate(() => window.stopWorkers(1));
  await page.getByText(/stopped/).first().waitFor();
  await page.waitForFunction(async () => (await window.flowlens.report()).inputs.every(({ error }) => /stopped/.test(error ?? "")));
  assert.equal((await report(page)).totals.records, 0);
  assert.equal(await load(), 4, "the next load is whole");
}));

test("when the worker that holds the records stops, the page says what is lost and reads again", onPage(site, async ({ page, folder }) => {
  await withStoppableWorkers(page);
  const file = write(folder, "a.log", log(line(), line({ action: "REJECT" })));
  await dropAndRead(page, file);
  await page.evaluate(() => window.stopWorkers(0, 1));
  await phase(page, "failed");
  await page.getByRole("heading", { name: "The records are gone" }).waitFor();
  const words = await page.locator("main").innerText();
  assert.equal(words.match(/stopped/g).length, 1, `told once: ${words}`);
  assert.equal((await report(page)).totals.records, 0);
  assert.equal(await page.getByRole("navigation").count(), 0, "there is no page of findings to go to");
  await dropAndRead(page, file);
  await phase(page, "ready");
  assert.equal((await report(page)).totals.records, 2);
}));

test("a drop with nothing to read says what it looks like", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "trail.json", '{"Records":[{"eventVersion":"1.08","eventSource":"s3.amazonaws.com","eventName":"GetObject"}]}'));
  await page.locator("main").getByText(/CloudTrail/).first().waitFor();
}));
