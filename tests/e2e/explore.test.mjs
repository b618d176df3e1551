// One filter and one time range over all pages; findings with their evidence; exports; keys.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, dropAndRead, exported, handle, line, log, onPage, openSite, report, visit, write } from "./support.mjs";

const site = await openSite();
after(site.close);

const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));

async function load(page, folder) {
  const spread = Array.from({ length: 120 }, (_, minute) => line({ src: "198.51.100.9", sport: 1024 + minute, at: minute * 60 }));
  await dropAndRead(page, write(folder, "flows.log", log(...blockedReplies(), ...spread)));
}

test("a filter holds on every page and is kept in the address", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await visit(page, "#/overview");
  const input = handle(page, "filter-input");
  await input.fill('action = "REJECT"');
  await input.press("Enter");
  await page.waitForFunction(() => /filter=/.test(location.hash));
  assert.match(await hash(page), /REJECT/);
  await page.getByText(/\b5 of 160\b/).first().waitFor();
  await visit(page, (await hash(page)).replace("#/overview", "#/access"));
  await page.waitForFunction(() => location.hash.startsWith("#/access"));
  assert.match(await input.inputValue(), /REJECT/);
}));

test("a filter that cannot be read says why, and changes nothing", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await visit(page, "#/overview");
  const input = handle(page, "filter-input");
  await input.fill("action = = REJECT");
  await input.press("Enter");
  await page.locator('[data-testid="filter-error"], [role="alert"]').first().waitFor();
  assert.equal((await report(page)).totals.records, 160);
}));

test("brushing the timeline sets the time range", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await visit(page, "#/overview");
  const timeline = handle(page, "timeline");
  await timeline.waitFor();
  await timeline.scrollIntoViewIfNeeded();
  const box = await timeline.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.45, y, { steps: 4 });
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => /from=/.test(location.hash) && /to=/.test(location.hash));
  const [, from, to] = (await hash(page)).match(/from=(\d+).*to=(\d+)/) ?? [];
  assert.ok(Number(from) >= 1_700_000_000 && Number(to) <= 1_700_000_000 + 7260 && Number(from) < Number(to), `${from}–${to}`);
  await page.getByText(/\b\d+ of 160\b/).first().waitFor();
}));

test("an address with a filter and a range opens so", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  assert.match(await handle(page, "filter-input").inputValue(), /REJECT/);
  await page.getByText(/\b5 of 160\b/).first().waitFor();
}, { path: `#/overview?filter=${encodeURIComponent('action = "REJECT"')}` }));

test("a clicked value opens its menu beside it, which filters", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await visit(page, "#/overview");
  const value = page.locator("main button.value", { hasText: "198.51.100.9" }).first();
  await value.click();
  const menu = page.getByRole("menu");
  const [at, below] = [await value.boundingBox(), await menu.boundingBox()];
  assert.ok(Math.abs(below.x - at.x) < 300 && Math.abs(below.y - at.y) < 250, `the menu is beside the value: ${JSON.stringify([at, below])}`);
  await page.keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.className.includes("value")), true, "the focus goes back");
  await value.click();
  await menu.getByRole("menuitem", { name: "Show only this" }).click();
  await page.waitForFunction(() => /filter=/.test(location.hash));
  await page.getByText(/\b120 of 160\b/).first().waitFor();
}));

test("a finding shows its reason, its records and its queries", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await visit(page, "#/access");
  const finding = page.locator('[data-finding-kind="reply-blocked-outbound"]').first();
  await finding.waitFor();
  await finding.locator("a, button").or(finding).first().click();
  const main = page.locator("main");
  await main.getByText(/network ACL/).first().waitFor();
  await page.locator("tr", { hasText: /10\.0\.0\.5\s*10\.7\.7\.7\s*443\s*51000\s*6/ }).first().waitFor();
  await main.getByText(/Logs Insights/).first().waitFor();
  await page.locator("figure.query code", { hasText: /10\.7\.7\.7/ }).first().waitFor();
  await main.getByRole("tab", { name: "Athena SQL" }).click();
  await page.locator("figure.query code", { hasText: /SELECT/ }).first().waitFor();
  await main.getByRole("button", { name: "Copy for a ticket" }).waitFor();
}));

test("exports hold what the report holds", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  const shown = await report(page);
  const json = await exported(page, "export-json");
  assert.match(json.name, /\.json$/);
  const parsed = JSON.parse(json.text);
  assert.equal(parsed.schema, "flowlens/report/1");
  assert.deepEqual(parsed.totals, shown.totals);
  assert.deepEqual(parsed.findings.map(({ id }) => id), shown.findings.map(({ id }) => id));

  const markdown = await exported(page, "export-markdown");
  assert.match(markdown.name, /\.md$/);
  assert.match(markdown.text, /^# /m);
  assert.match(markdown.text, /10\.7\.7\.7/);

  const csv = await exported(page, "export-csv");
  assert.match(csv.name, /\.csv$/);
  const rows = csv.text.trim().split(/\r?\n/);
  assert.match(rows[0], /kind/);
  assert.ok(rows.length > shown.findings.length, "a row for each finding below the names");
}));

test("keys: ? shows them, Escape closes, tab reaches the pages", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });

  const reached = new Set();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.textContent.trim()));
  }
  for (const name of ["Overview", "Access", "NAT gateway", "Inputs"]) {
    assert.ok([...reached].some((text) => text.startsWith(name)), `Tab does not reach ${name}`);
  }

  await page.getByRole("link", { name: /^Access/ }).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#/access"));
}));

test("typing ? into the filter does not open the keys", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  await handle(page, "filter-input").focus();
  await page.keyboard.type("?");
  assert.equal(await page.getByRole("dialog").count(), 0);
}));
