// Before the program runs: what a visitor reads when it cannot.
import assert from "node:assert/strict";
import { pathToFileURL, fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
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
  await context.route(/app-.*_bg\.wasm\.gz$/, (route) => route.fulfill({ status: 404, body: "404" }));
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

test("a host that does not know .gz still works", async (t) => {
  const odd = await openSite({ types: { ".gz": "application/octet-stream" } });
  try {
    await onPage(odd, ({ page }) => phase(page, "empty"))(t);
  } finally {
    await odd.close();
  }
});

test("a host that takes the compression off still works", onPage(site, async ({ page, context }) => {
  await context.route(/\.wasm\.gz$/, async (route) => {
    const body = gunzipSync(await (await route.fetch()).body());
    await route.fulfill({ body, contentType: "application/octet-stream" });
  });
  await page.goto(site.url);
  await phase(page, "empty");
  await handle(page, "load-sample").first().click();
  assert.equal(await phase(page, "ready", "failed"), "ready");
}));

test("a page that has stopped says so", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
  });
  assert.match(await page.locator("#stopped").innerText(), /Reload it/);
}, { faults: true }));
