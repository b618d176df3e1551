// Before the program runs: what a visitor reads when it cannot.
import assert from "node:assert/strict";
import { pathToFileURL, fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { handle, onPage, openSite, phase } from "./support.mjs";

const site = await openSite();
after(site.close);

const dist = pathToFileURL(fileURLToPath(new URL("../../dist/index.html", import.meta.url))).href;
const message = (page) => page.locator("#start-message");

test("opened from a disk, it says how to serve it", onPage(site, async ({ page }) => {
  await page.goto(dist);
  assert.match(await message(page).textContent(), /serve this folder/i);
}, { faults: true }));

test("without JavaScript, it says so", onPage(site, async ({ page }) => {
  assert.match(await page.locator("noscript").innerText(), /JavaScript/);
}, { javaScriptEnabled: false, faults: true }));

test("with a file missing, it says what to check", onPage(site, async ({ page, context }) => {
  await context.route(/app-.*_bg\.wasm\.lzma$/, (route) => route.fulfill({ status: 404, body: "404" }));
  await page.goto(site.url);
  await page.locator('main[data-phase="failed"]').waitFor();
  assert.match(await message(page).textContent(), /could not be started.*answered with 404.*text\/javascript/);
}, { faults: true }));

test("in a browser without SIMD, it names the browsers that have it", onPage(site, async ({ page }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await page.goto(site.url);
  assert.match(await message(page).textContent(), /too old.*Firefox/);
}, { faults: true }));

test("a host that knows neither .lzma nor .gz still works", async (t) => {
  const odd = await openSite({ types: { ".gz": "application/octet-stream", ".lzma": "text/plain" } });
  try {
    await onPage(odd, ({ page }) => phase(page, "empty"))(t);
  } finally {
    await odd.close();
  }
});

test("with a file cut short, it says which is damaged", onPage(site, async ({ page, context }) => {
  await context.route(/app-.*_bg\.wasm\.lzma$/, async (route) => {
    const body = await (await route.fetch()).body();
    await route.fulfill({ body: body.subarray(0, body.length / 2) });
  });
  await page.goto(site.url);
  await page.locator('main[data-phase="failed"]').waitFor();
  assert.match(await message(page).textContent(), /app-\S*_bg\.wasm\.lzma is damaged/);
}, { faults: true }));

test("a page in place of a file is told from it", onPage(site, async ({ page, context }) => {
  await context.route(/app-.*_bg\.wasm\.lzma$/, (route) => route.fulfill({ body: "<!DOCTYPE html><title>Not found</title>" }));
  await page.goto(site.url);
  await page.locator('main[data-phase="failed"]').waitFor();
  assert.match(await message(page).textContent(), /_bg\.wasm\.lzma is damaged or is another file/);
}, { faults: true }));

test("a page that has stopped says so", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
  });
  assert.match(await page.locator("#stopped").innerText(), /Reload it/);
}, { faults: true }));
