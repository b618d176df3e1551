// The Query page: a program of its own, fetched when it is first opened.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, dropAndRead, handle, log, onPage, openSite, phase, visit, write } from "./support.mjs";

const site = await openSite({ host: "flow.test", prefix: "/some/prefix/" });
after(site.close);

const load = (page, folder) => dropAndRead(page, write(folder, "flows.log", log(...blockedReplies())));

async function open(page, folder, route = "#/query") {
  await load(page, folder);
  await visit(page, route);
  await handle(page, "query-editor").waitFor();
}

test("it is fetched when it is first opened, and once", onPage(site, async ({ page, folder, requests }) => {
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  const before = requests.length;
  await load(page, folder);
  assert.deepEqual(requests.slice(before), [], "it is not fetched before it is opened");
  await page.keyboard.press("q");
  await handle(page, "query-editor").fill("stats count(*)");
  await visit(page, "#/overview");
  await handle(page, "query-editor").waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Query" }).click();
  assert.equal(await handle(page, "query-editor").inputValue(), "stats count(*)", "what was typed stays");
  const fetched = requests.slice(before).map(({ method, url }) => `${method} ${url.replace(/-[0-9a-f]{16}/, "")}`);
  const own = fetched.filter((request) => request.includes("/query"));
  assert.deepEqual(own.sort(), ["query.css", "query.js", "query_bg.wasm.lzma"].map((name) => `GET ${site.url}${name}`));
  assert.ok(fetched.every((request) => request.startsWith(`GET ${site.url}`)), "what unpacks it is the page's own too");
}));

test("both programs hear their own events", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await handle(page, "query-editor").fill("?");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.getByRole("button", { name: "Keys" }).click();
  await page.getByRole("dialog").waitFor();
}));

test("with a file missing, it says what to check, and tries again", onPage(site, async ({ page, folder, context }) => {
  await context.route(/query-.*_bg\.wasm\.lzma$/, (route) => route.fulfill({ status: 404, body: "404" }));
  await load(page, folder);
  await visit(page, "#/query");
  const alert = page.locator("#query").getByRole("alert");
  assert.match(await alert.innerText(), /could not be loaded.*answered with 404.*every file of the build/);
  await context.unroute(/query-.*_bg\.wasm\.lzma$/);
  await alert.getByRole("button", { name: "Try again" }).click();
  await handle(page, "query-editor").waitFor();
}, { faults: true }));
