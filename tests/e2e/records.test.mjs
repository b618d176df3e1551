// The Explore page: the records themselves, by place, in any order, with their facets.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, drop, dropAndRead, exported, handle, line, log, longTasks, onPage, openSite, settled, visit, write, writeLarge } from "./support.mjs";

const RECORDS = 1_000_000;
const site = await openSite();
after(site.close);

const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));
const head = (page, name) => handle(page, "explore-table").locator("th button", { hasText: new RegExp(`^${name}`) });
const heads = (page) => handle(page, "explore-table").locator("th button").allInnerTexts();
const summary = (page) => handle(page, "explore-summary");

/** Waits until every row in sight has its record; gives these rows: place, and cells by column. */
async function rows(page) {
  const read = () => {
    const box = document.querySelector("[data-testid=explore-table]");
    if (!box || box.getAttribute("aria-busy") === "true") return null;
    const frame = box.getBoundingClientRect();
    const names = [...box.querySelectorAll("th")].map((th) => th.innerText.split(" ")[0]);
    const inSight = [...box.querySelectorAll("tbody tr:not(.spacer-row)")].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > frame.top + 29 && top < frame.bottom - 1;
    });
    if (inSight.length === 0 || inSight.some((row) => row.cells[1].innerText === "")) return null;
    return inSight.map((row) => ({
      place: Number(row.getAttribute("aria-rowindex")) - 2,
      ...Object.fromEntries(names.map((name, at) => [name, row.cells[at].innerText])),
    }));
  };
  return (await page.waitForFunction(read)).jsonValue();
}

const scrollTo = (page, share) => handle(page, "explore-table").evaluate((box, at) => {
  box.scrollTop = at * (box.scrollHeight - box.clientHeight);
}, share);

async function explore(page, folder, ...lines) {
  await dropAndRead(page, write(folder, "flows.log", log(...lines)));
  await visit(page, "#/explore");
  return rows(page);
}

const number = (text) => Number(text.replaceAll(",", ""));

test("a million records are scrolled through without holding up the page", onPage(site, async ({ page, folder }) => {
  const path = await writeLarge(`${folder}/million.log`, RECORDS);
  await drop(page, path);
  assert.equal(await settled(page), "ready");
  const tasks = await longTasks(site, page, async () => {
    await visit(page, "#/explore");
    const first = await rows(page);
    assert.equal(first[0].place, 0);
    assert.match(await summary(page).innerText(), /^1,000,000 records · /);
    await scrollTo(page, 1);
    const last = await rows(page);
    assert.equal(last.at(-1).place, RECORDS - 1);
    assert.ok(last.at(-1).startTime < first[0].startTime, "the newest are the first");
    await scrollTo(page, 0.5);
    const middle = await rows(page);
    assert.ok(Math.abs(middle[0].place - RECORDS / 2) < RECORDS / 100, `${middle[0].place}`);
    for (let turn = 0; turn < 5; turn++) {
      await handle(page, "explore-table").hover();
      await page.mouse.wheel(0, 280);
      await page.waitForTimeout(50);
    }
    await page.waitForTimeout(300);
    const on = await rows(page);
    assert.ok(on[0].place > middle[0].place && on[0].place - middle[0].place <= 51, `a wheel moves by rows: ${on[0].place - middle[0].place}`);
    assert.deepEqual(on.map(({ place }) => place), on.map((_, at) => on[0].place + at));
    await head(page, "bytes").click();
    await page.waitForFunction(() => /s=-bytes/.test(location.hash));
    await page.locator("th[aria-sort=descending]", { hasText: "bytes" }).waitFor();
    const largest = await rows(page);
    assert.equal(largest[0].place, 0);
    await scrollTo(page, 0.5);
    const half = await rows(page);
    for (const some of [largest, half]) {
      const bytes = some.map((row) => number(row.bytes));
      assert.deepEqual(bytes, bytes.toSorted((a, b) => b - a));
    }
    assert.ok(number(half[0].bytes) <= number(largest.at(-1).bytes));
    const input = handle(page, "filter-input");
    await input.fill("bytes = 40");
    await input.press("Enter");
    await page.waitForFunction(() => / of 1,000,000 records/.test(document.querySelector("[data-testid=explore-summary]:not(.pending)")?.innerText));
    assert.ok((await rows(page)).every((row) => row.bytes === "40"));
  });
  assert.deepEqual(tasks, []);
}));

test("a click on a facet narrows, another leaves out", onPage(site, async ({ page, folder }) => {
  await explore(page, folder, ...blockedReplies());
  const facet = page.locator("[data-facet=action]");
  await facet.getByText("REJECT").click();
  await page.waitForFunction(() => /filter=action/.test(location.hash));
  await summary(page).getByText("5 of 40 records").waitFor();
  assert.ok((await rows(page)).every((row) => row.action === "REJECT"));
  assert.match(await page.locator("[data-facet=dstPort]").innerText(), /51004/);
  await page.getByText("Show all").first().click();
  await summary(page).getByText(/^40 records/).waitFor();
  await facet.getByRole("button", { name: "Leave out ACCEPT" }).click();
  await summary(page).getByText("5 of 40 records").waitFor();
  assert.match(await hash(page), /action != "ACCEPT"/);
}));

test("a facet names services and protocols, and opens more fields", onPage(site, async ({ page, folder }) => {
  await explore(page, folder, ...blockedReplies());
  await page.locator("[data-facet=dstPort]").getByText("https").waitFor();
  await page.locator("[data-facet=protocol]").getByText("tcp").waitFor();
  await page.locator("[data-facet=srcPort] summary").click();
  await page.locator("[data-facet=srcPort]").getByText("443", { exact: true }).waitFor();
}));

test("columns are chosen, moved and remembered in the address", onPage(site, async ({ page, folder }) => {
  await explore(page, folder, ...blockedReplies());
  const usual = await heads(page);
  await handle(page, "explore-columns").click();
  await page.getByRole("button", { name: "Hide interfaceId" }).click();
  await page.getByRole("button", { name: "Show accountId" }).click();
  await page.getByRole("button", { name: "Move accountId to the left" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  const chosen = await heads(page);
  assert.ok(!chosen.includes("interfaceId"));
  assert.equal(chosen.at(-2), "accountId");
  assert.equal((await rows(page))[0].accountId, "123456789012");
  await head(page, "srcAddr").click();
  await page.waitForFunction(() => /s=srcaddr/.test(location.hash));
  // Elsewhere and back, then anew from the address.
  await visit(page, "#/overview");
  await page.locator("nav a", { hasText: "Explore" }).click();
  await page.waitForFunction(() => /c=.*s=srcaddr/.test(location.hash));
  assert.deepEqual((await heads(page)).map((name) => name.split(" ")[0]), chosen.map((name) => name.split(" ")[0]));
  await page.reload();
  await dropAndRead(page, `${folder}/flows.log`);
  const again = await rows(page);
  assert.deepEqual((await heads(page)).map((name) => name.split(" ")[0]), chosen.map((name) => name.split(" ")[0]));
  assert.equal(again[0].srcAddr, "10.0.0.5");
  await handle(page, "explore-columns").click();
  await page.getByRole("button", { name: "The usual ones" }).click();
  await page.waitForFunction(() => !/c=/.test(location.hash));
  assert.deepEqual((await heads(page)).map((name) => name.split(" ")[0]), usual.map((name) => name.split(" ")[0]));
}));

test("a row opens its record, and that its conversation", onPage(site, async ({ page, folder }) => {
  const shown = await explore(page, folder, ...blockedReplies());
  const at = shown.findIndex((row) => row.action === "REJECT");
  await handle(page, "explore-table").locator("tbody tr:not(.spacer-row)").nth(at).click();
  const record = handle(page, "explore-record");
  assert.match(await record.innerText(), /Record \d+ of 40/);
  assert.match(await record.locator("pre").innerText(), /^2 123456789012 eni-0aaaaaaaaaaaaaaa1 10\.0\.0\.5 10\.7\.7\.7 443 5100\d 6 5 400 \d+ \d+ REJECT OK$/);
  assert.match(await record.innerText(), /The destination port; 0 for ICMP/);
  await record.getByRole("button", { name: "The next record" }).click();
  await page.waitForFunction((title) => document.querySelector("#record-title").innerText !== title, `Record ${at + 1} of 40`);
  await record.getByRole("button", { name: "The record before" }).click();
  await handle(page, "explore-conversation").click();
  await summary(page).getByText("2 of 40 records").waitFor();
  const both = (await rows(page)).map((row) => `${row.srcAddr} ${row.action}`).sort();
  assert.deepEqual(both, ["10.0.0.5 REJECT", "10.7.7.7 ACCEPT"]);
}));

test("chosen records, or the first, are taken along as CSV", onPage(site, async ({ page, folder }) => {
  await explore(page, folder, ...blockedReplies());
  await handle(page, "explore-csv").click();
  const [whole] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "All 40" }).click()]);
  assert.equal(whole.suggestedFilename(), "flowlens-records.csv");
  const box = (place) => page.getByRole("checkbox", { name: `Choose record ${place}`, exact: true });
  await box(2).click();
  await box(4).click({ modifiers: ["Shift"] });
  await page.getByText("3 chosen").waitFor();
  const { text } = await exported(page, "explore-csv");
  const lines = text.trim().split("\r\n");
  assert.equal(lines.length, 4);
  assert.match(lines[0], /^startTime,action,interfaceId,srcAddr,srcPort,dstAddr,dstPort,protocol,packets,bytes,logStatus$/);
  assert.match(lines[1], /^17\d+,(ACCEPT|REJECT),eni-0aaaaaaaaaaaaaaa1,/);
}));

test("a log of transit gateways is explored as such", onPage(site, async ({ page, folder }) => {
  const names = "version resource-type account-id tgw-id tgw-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end packets-lost-no-route log-status";
  const one = (at) => `6 TransitGateway 123456789012 tgw-0a tgw-attach-0a 10.1.0.${at} 10.2.0.9 4000${at} 443 6 ${at} 100 1700000000 1700000060 ${at === 3 ? 5 : 0} OK`;
  await dropAndRead(page, write(folder, "tgw.log", [names, one(1), one(2), one(3)].join("\n")));
  await visit(page, "#/explore");
  const shown = await rows(page);
  assert.equal(shown.length, 3);
  assert.equal(shown[0].tgwAttachmentId, "tgw-attach-0a");
  await page.locator("[data-facet=tgwAttachmentId]").getByText("tgw-attach-0a").waitFor();
}));

test("the page fits a phone", onPage(site, async ({ page, folder }) => {
  await explore(page, folder, ...blockedReplies(), line({ at: 400 }));
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok((await overflow()) <= 0);
  await handle(page, "explore-table").locator("tbody tr:not(.spacer-row)").first().locator("td").nth(2).click();
  await handle(page, "explore-record").waitFor();
  assert.ok((await overflow()) <= 0);
  await page.getByRole("button", { name: "Close the record" }).click();
  await page.locator("summary", { hasText: "Facets" }).click();
  await page.locator("[data-facet=action]").getByText("REJECT").click();
  await summary(page).getByText("5 of 41 records").waitFor();
}, { viewport: { width: 390, height: 844 } }));
