// What is read stays here: no request while reading, a strict policy, text that stays text, an untrusted origin.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, dropAndRead, exported, handle, line, log, onPage, openSite, phase, report, visit, write } from "./support.mjs";

const site = await openSite({ host: "flow.test", prefix: "/some/prefix/" });
after(site.close);

const ROUTES = ["#/overview", "#/access", "#/nat", "#/inputs"];

test("an insecure origin under a sub-path works whole", onPage(site, async ({ page, folder }) => {
  await phase(page, "empty");
  assert.equal(await page.evaluate(() => window.isSecureContext), false);
  await dropAndRead(page, write(folder, "flows.log.gz", log(...blockedReplies())));
  assert.equal((await report(page)).totals.records, 40);
  for (const route of ROUTES) {
    await visit(page, route);
    await page.locator("main h1, main h2").first().waitFor();
  }
  assert.equal(JSON.parse((await exported(page, "export-json")).text).totals.records, 40);
}));

test("the page asks for its own files only", onPage(site, async ({ page, requests }) => {
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  assert.ok(requests.length > 3);
  for (const { method, url } of requests) {
    assert.equal(method, "GET");
    assert.ok(url.startsWith(site.url), `asked for ${url}`);
  }
}));

test("reading and judging logs makes no request", onPage(site, async ({ page, requests, folder }) => {
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  const served = site.server.requests.length;
  const before = requests.length;
  await dropAndRead(page, write(folder, "flows.log.gz", log(...blockedReplies())), write(folder, "more.log", log(line())));
  for (const route of ROUTES) {
    await visit(page, route);
    await page.locator("main h1, main h2").first().waitFor();
  }
  await page.waitForTimeout(500);
  const asked = () => requests.slice(before).filter(({ url }) => !url.startsWith("blob:"));
  assert.deepEqual(asked(), []);
  assert.deepEqual(site.server.requests.slice(served), [], "the server has seen nothing either");
  await exported(page, "export-markdown");
  await exported(page, "export-csv");
  const names = asked().map(({ method, url }) => `${method} ${url.replace(/-[0-9a-f]{16}/, "")}`);
  assert.deepEqual(names.sort(), [`GET ${site.url}report.js`, `GET ${site.url}report_bg.wasm.lzma`], "what writes reports is fetched once");
}));

test("it goes on working when the network is gone", onPage(site, async ({ page, context, folder }) => {
  await phase(page, "empty");
  await page.waitForLoadState("networkidle");
  await context.setOffline(true);
  await dropAndRead(page, write(folder, "flows.log", log(...blockedReplies())));
  await page.getByText(/\b40 records\b/).first().waitFor();
  await visit(page, "#/access");
  await page.locator('[data-finding-kind="reply-blocked-outbound"] a').first().click();
  await page.locator("tr", { hasText: /10\.0\.0\.5\s*10\.7\.7\.7/ }).first().waitFor();
  await page.locator(".problem", { hasText: /What writes reports and queries could not be loaded/ }).waitFor();
  await context.setOffline(false);
  await page.goBack();
  await page.locator('[data-finding-kind="reply-blocked-outbound"] a').first().click();
  await page.locator("figure.query code", { hasText: /10\.7\.7\.7/ }).first().waitFor();
}, { faults: true }));

test("the policy allows nothing inline and nobody else", onPage(site, async ({ page }) => {
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/);
  for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "connect-src 'self'", "worker-src 'self'", "form-action 'none'"]) {
    assert.ok(policy.includes(part), `the policy lacks ${part}`);
  }
  const refused = await page.evaluate(() => fetch("http://127.0.0.2:9/").then(() => "sent", () => "refused"));
  assert.equal(refused, "refused");
  assert.ok((await page.evaluate(() => window.violations)).some((violation) => violation.startsWith("connect-src")));
}, { faults: true }));

test("a worker has no means of making requests", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "flows.log", log(...blockedReplies())));
  assert.ok(page.workers().length > 0);
  for (const worker of page.workers()) {
    const left = await worker.evaluate(() =>
      ["EventSource", "WebSocket", "WebTransport", "XMLHttpRequest", "fetch"].filter((name) => name in self && self[name]));
    assert.deepEqual(left, []);
  }
}));

test("text from files is shown as text", onPage(site, async ({ page, folder }) => {
  const markup = "<img/src=x/onerror=alert(1)>";
  const hostile = [
    ...blockedReplies().map((text) => text.replaceAll("eni-0aaaaaaaaaaaaaaa1", `eni-${markup}`)),
    `2 123456789012 eni-1 ${markup} 10.0.0.5 1 2 6 1 1 1700000000 1700000059 ACCEPT OK`,
    `<script>alert(2)</script>`,
  ];
  let alerts = 0;
  page.on("dialog", (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await dropAndRead(page, write(folder, "<b onmouseover=alert(3)>x.log", log(...hostile)));
  for (const route of ROUTES) {
    await visit(page, route);
    await page.locator("main h1, main h2").first().waitFor();
    await page.waitForTimeout(200);
    assert.equal(await page.locator("main img, main script, main b[onmouseover]").count(), 0, `markup came alive on ${route}`);
  }
  await visit(page, "#/access");
  await page.getByText(markup).first().waitFor();
  assert.equal(alerts, 0);
}));

test("nothing of the data is in the address", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "flows.log", log(...blockedReplies())));
  for (const route of ROUTES) {
    await visit(page, route);
    assert.doesNotMatch(await page.evaluate(() => location.href), /10\.|eni-/);
  }
  assert.equal(await handle(page, "filter-input").inputValue(), "");
}));
