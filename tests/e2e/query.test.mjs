// The Query page: a program of its own, fetched when it is first opened.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blockedReplies, dropAndRead, exported, handle, line, log, onPage, openSite, phase, visit, write } from "./support.mjs";

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

/** Types a query in place of what is there, and runs it. */
async function run(page, text) {
  await handle(page, "query-editor").fill(text);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+Enter");
}

/** The rows on show of the newest answer. */
async function rows(page) {
  const table = handle(page, "result-table").first();
  await table.waitFor();
  return table.locator("tbody tr:not(.spacer-row)").evaluateAll((trs) => trs.map((tr) => [...tr.cells].map((cell) => cell.textContent)));
}

const heads = (page) => handle(page, "result-table").first().locator("th .sort").evaluateAll((all) => all.map((it) => it.title));
const hash = (page) => page.evaluate(() => location.hash);

test("a query is answered, and the answer sorted by its heads", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await run(page, "stats count(*) as n, sum(bytes) by srcAddr | sort n desc, srcAddr");
  assert.deepEqual(await rows(page), [
    ["10.0.0.5", "20", "137,000"], ["10.1.0.1", "5", "5,000"], ["10.1.0.2", "5", "5,000"], ["10.1.0.3", "5", "5,000"], ["10.7.7.7", "5", "5,000"],
  ]);
  assert.deepEqual(await heads(page), ["srcAddr", "n", "sum(bytes)"]);
  assert.match(await handle(page, "result-summary").innerText(), /^5 rows · .*40 records · \d+\.\d\d s$/);
  const head = handle(page, "result-table").locator("th", { hasText: "srcAddr" });
  await head.getByRole("button").click();
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual((await rows(page)).map(([source]) => source), ["10.7.7.7", "10.1.0.3", "10.1.0.2", "10.1.0.1", "10.0.0.5"]);
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), null);
}));

test("answers stay below each other until they are closed", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  for (const [text, answers] of [["stats count(*)", 1], ["stats sum(packets) by bin(1m)", 2], ["filter bytes > 1e9", 3]]) {
    await run(page, text);
    await page.waitForFunction((wanted) => document.querySelectorAll(".answer").length === wanted, answers);
  }
  assert.match(await page.locator(".answer").first().innerText(), /No rows/);
  assert.equal(await page.locator(".answer .answer-lines").count(), 1, "times have a chart");
  await page.getByRole("button", { name: "Close this answer" }).first().click();
  assert.equal(await page.locator(".answer").count(), 2);
}));

test("ten thousand rows are a table of which only what is in sight is drawn", onPage(site, async ({ page, folder }) => {
  const lines = Array.from({ length: 12_000 }, (_, i) => line({ src: `10.2.${i >> 8}.${i & 255}`, sport: 1024 + i, at: i % 3600 }));
  await dropAndRead(page, write(folder, "many.log", log(...lines)));
  await visit(page, "#/query");
  await run(page, "fields srcAddr, srcPort, action | sort srcPort asc");
  assert.deepEqual((await rows(page))[0], ["10.2.0.0", "1024", "ACCEPT"]);
  assert.ok((await rows(page)).length < 60);
  assert.match(await handle(page, "result-summary").innerText(), /^10,000 rows/);
  await handle(page, "result-table").evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await page.locator("tbody tr", { hasText: "11023" }).waitFor();
  assert.ok((await rows(page)).length < 60);
}));

test("mistakes are told as they are typed, with their place, and are not run", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  const editor = handle(page, "query-editor");
  const error = handle(page, "query-error");
  await editor.fill("fields srcAddr\n| srot bytes | limit ten");
  await error.waitFor();
  assert.equal(await error.getAttribute("role"), "alert");
  assert.match(await error.innerText(), /line 2, character 3: srot is no command: did you mean sort\?/);
  assert.equal(await editor.getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator(".underlined").first().innerText(), "srot");
  assert.ok((await error.locator("li").count()) > 1, "all mistakes at once");
  await error.getByRole("button").first().click();
  assert.equal(await editor.evaluate((field) => field.selectionStart), 17);
  await handle(page, "query-run").click();
  assert.equal(await page.locator(".answer").count(), 0);
  await editor.fill("fields srcAddr");
  await error.waitFor({ state: "detached" });
}));

test("what may come next is chosen by keys", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  const editor = handle(page, "query-editor");
  const list = page.getByRole("listbox");
  const chosen = () => list.locator('[aria-selected="true"] .mono').innerText();
  await editor.click();
  await page.keyboard.type("fi");
  await list.waitFor();
  assert.equal(await editor.getAttribute("aria-controls"), await list.getAttribute("id"));
  const first = await chosen();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await chosen(), first);
  assert.equal(await editor.getAttribute("aria-activedescendant"), await list.locator('[aria-selected="true"]').getAttribute("id"));
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  assert.equal(await editor.inputValue(), "fi");
  await page.keyboard.type("lt");
  await list.waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await editor.inputValue(), "filter");
  await page.keyboard.type(" srcA");
  await list.waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await editor.inputValue(), "filter srcAddr");
  await page.keyboard.type(" = ");
  await list.getByText("10.7.7.7").waitFor();
  await list.getByText("10.7.7.7").click();
  assert.equal(await editor.inputValue(), 'filter srcAddr = "10.7.7.7"');
  await page.keyboard.press("Control+z");
  assert.equal(await editor.inputValue(), "filter srcAddr = ", "a choice can be undone");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await editor.evaluate((field) => field === document.activeElement), false, "Tab goes on when no list is open");
}));

test("Enter ends the line after a whole word", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await handle(page, "query-editor").click();
  await page.keyboard.type("stats count(*) as n by srcAddr");
  await page.keyboard.press("Enter");
  await page.keyboard.type("| sort n");
  await page.keyboard.press("Enter");
  await page.keyboard.type("| limit 5");
  assert.equal(await handle(page, "query-editor").inputValue(), "stats count(*) as n by srcAddr\n| sort n\n| limit 5");
}));

test("query and language are in the address, which brings them back", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await run(page, 'filter action = "REJECT" | stats count(*) as n');
  assert.deepEqual(await rows(page), [["5"]]);
  assert.equal(await hash(page), "#/query?v=1&q=filter%20action%20%3D%20%22REJECT%22%20%7C%20stats%20count%28%2A%29%20as%20n&l=insights");
  await run(page, "stats count(*) as m");
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 2);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 3);
  assert.equal(await handle(page, "query-editor").inputValue(), 'filter action = "REJECT" | stats count(*) as n');
}));

test("a link with a query asks it", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  assert.deepEqual(await rows(page), [["40"]]);
  assert.equal(await handle(page, "query-editor").inputValue(), "stats count(*)");
}, { path: "#/query?v=1&q=stats%20count(*)&l=insights" }));

test("earlier queries can be taken up again", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  for (const text of ["stats count(*)", "stats sum(bytes)", "stats count(*)"]) {
    await run(page, text);
    await handle(page, "query-run").waitFor();
  }
  await page.locator("summary", { hasText: "Earlier" }).click();
  const earlier = page.locator(".earlier");
  assert.deepEqual(await earlier.allInnerTexts(), ["stats count(*)", "stats sum(bytes)"]);
  await earlier.nth(1).click();
  assert.equal(await handle(page, "query-editor").inputValue(), "stats sum(bytes)");
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
}));

test("a value narrows all pages, and queries with them", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await run(page, "stats count(*) as n by srcAddr as who, dstPort | sort n desc, who, dstPort desc");
  await rows(page);
  await handle(page, "result-table").getByRole("button", { name: "10.7.7.7" }).click();
  await page.waitForFunction(() => /filter=/.test(location.hash));
  assert.equal(await handle(page, "filter-input").inputValue(), 'srcAddr = "10.7.7.7"');
  await run(page, "stats count(*)");
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 2);
  assert.deepEqual(await rows(page), [["5"]]);
  assert.match(await handle(page, "result-summary").first().innerText(), /within srcAddr = "10\.7\.7\.7"/);
}));

test("an answer is given out as it is on show", onPage(site, async ({ page, folder, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]).catch(() => {});
  await open(page, folder);
  await run(page, "stats sum(bytes) as b by dstAddr, bin(1h) as t | sort b desc | limit 2");
  await rows(page);
  const csv = await exported(page, "result-csv");
  assert.equal(csv.name, "flowlens-query.csv");
  assert.equal(csv.text.split("\r\n").length, 4);
  assert.match(csv.text, /^dstAddr,t,b\r\n10\.1\.0\.1,2023-11-14 22:00:00\.000,45000\r\n/);
  const json = JSON.parse((await exported(page, "result-json")).text);
  assert.deepEqual(json[0], { dstAddr: "10.1.0.1", t: "2023-11-14 22:00:00.000", b: 45000 });
  assert.match((await exported(page, "result-markdown")).text, /^\| dstAddr \| t \| b \|\n\| --- \| --- \| ---: \|\n\| 10\.1\.0\.1 \|/);
  await handle(page, "result-copy").click();
  await page.getByText("Copied").waitFor();
}));

test("queries to begin with run as they are, and say which field is missing", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await page.locator(".samples details").evaluateAll((all) => all.forEach((details) => { details.open = true; }));
  const packetLevel = page.locator(".sample", { hasText: "VpcFlowLogsTopTalkersPacketLevel" });
  assert.match(await packetLevel.innerText(), /needs the field pkt-srcaddr/);
  assert.equal(await packetLevel.isDisabled(), true);
  const names = await page.locator(".sample:not(:disabled) .sample-name").allInnerTexts();
  assert.ok(names.length > 25, `${names.length} samples`);
  for (const name of names) {
    await page.locator(".sample").filter({ has: page.getByText(name, { exact: true }) }).first().click();
    await handle(page, "query-run").waitFor();
    const text = (await handle(page, "query-editor").inputValue()).split(/\s+/).join(" ");
    await page.locator(".answer h2").first().filter({ hasText: text }).waitFor();
    assert.equal(await handle(page, "query-error").count() + await handle(page, "query-failure").count(), 0, name);
  }
}));

test("a stretch of time narrows the time range", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await run(page, "stats count(*) as n by bin(1m) as t | sort t");
  await rows(page);
  await handle(page, "result-table").getByRole("button", { name: "22:14:00.000" }).click();
  await page.waitForFunction(() => /from=1700000040&to=1700000100/.test(location.hash));
  await page.getByText(/\b8 of 40\b/).first().waitFor();
}));

test("a name that is no field is underlined as it is typed", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await handle(page, "query-editor").fill("stats sum(bytes) by srcAdr");
  const error = handle(page, "query-error");
  await error.waitFor();
  assert.match(await error.innerText(), /srcAdr: did you mean srcAddr\?/);
  assert.equal(await page.locator(".underlined").innerText(), "srcAdr");
}));

test("a query that takes long can be given up", onPage(site, async ({ page, folder }) => {
  await page.addInitScript(() => {
    let open;
    Object.defineProperty(window, "openQuery", {
      set: (given) => (open = given),
      get: () => (place, state, ask, tell) => open(place, state, async (question) => {
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return ask(question);
      }, tell),
    });
  });
  await page.reload();
  await open(page, folder);
  await run(page, "stats count(*)");
  await page.getByText(/Running, \d\.\d s/).waitFor();
  await handle(page, "query-cancel").click();
  await handle(page, "query-run").waitFor();
  await page.waitForTimeout(3500);
  assert.equal(await page.locator(".answer").count() + await handle(page, "query-failure").count(), 0, "its answer is dropped");
}));

test("a link in another language says so", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  assert.match(await handle(page, "query-failure").innerText(), /does not speak: kql/);
}, { path: "#/query?v=1&q=select%201&l=kql" }));

/** Turns the editor to Athena SQL. */
const speakSql = (page) => page.getByRole("button", { name: "Athena SQL" }).click();

test("Athena SQL is asked in, by a program that is fetched then", onPage(site, async ({ page, folder, requests }) => {
  await open(page, folder);
  await run(page, "stats count(*)");
  assert.deepEqual(await rows(page), [["40"]]);
  await page.waitForLoadState("networkidle");
  const before = requests.length;
  await speakSql(page);
  await page.waitForFunction(() => /SELECT/.test(document.querySelector("[data-testid=query-editor]").value));
  assert.equal(await handle(page, "query-editor").inputValue(), "SELECT count(*)\nFROM vpc_flow_logs", "what was written is said in SQL");
  await run(page, "SELECT action, count(*) AS n FROM vpc_flow_logs GROUP BY action ORDER BY n DESC");
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 2);
  assert.deepEqual((await rows(page)).map(([action]) => action), ["ACCEPT", "REJECT"]);
  const fetched = requests.slice(before).map(({ url }) => url.replace(/-[0-9a-f]{16}/, "").slice(site.url.length));
  assert.deepEqual(fetched.filter((name) => name.startsWith("sql")).sort(), ["sql.js", "sql_bg.wasm.lzma"]);
  assert.match(await hash(page), /&l=sql$/);
  await page.getByRole("button", { name: "Logs Insights" }).click();
  assert.equal(await handle(page, "query-editor").inputValue(), "stats count(*)", "what was written in the other language stays");
}));

test("mistakes in SQL are told with their places, several at once", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await speakSql(page);
  await handle(page, "query-editor").fill("SELECT srcadr, lenght(dstaddr)\nFROM vpc_flow_logs\nWHERE dstport = '443'");
  const wrong = handle(page, "query-error");
  await wrong.waitFor();
  const text = await wrong.innerText();
  assert.match(text, /line 3, character 7: = cannot be applied to bigint and varchar: write 443 without quotes/);
  await handle(page, "query-editor").fill("SELECT srcadr, lenght(dstaddr)\nFROM vpc_flow_logs");
  await page.waitForFunction(() => /srcadr/.test(document.querySelector("[data-testid=query-error]")?.innerText));
  assert.match(await wrong.innerText(), /did you mean srcaddr\?[^]*did you mean length\?/);
  assert.equal(await page.locator(".answer").count(), 0);
}));

test("columns, functions and values may come next in SQL", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await speakSql(page);
  const suggestions = page.locator("#suggestions [role=option] .mono");
  await handle(page, "query-editor").pressSequentially("SELECT srca");
  assert.equal(await suggestions.first().innerText(), "srcaddr");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" FROM vpc_flow_logs WHERE action = ");
  await page.keyboard.press("Control+ ");
  assert.deepEqual((await suggestions.allInnerTexts()).slice(0, 2), ["'ACCEPT'", "'REJECT'"]);
}));

test("two answers can stand side by side", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await run(page, "stats count(*)");
  await rows(page);
  await run(page, "stats sum(bytes)");
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 2);
  const tops = () => page.locator(".answer").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
  assert.notEqual(...await tops());
  await page.getByRole("button", { name: "Side by side" }).click();
  assert.equal(...await tops());
}));

test("what is written is said in the other language, and back", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  const editor = handle(page, "query-editor");
  await editor.fill('filter action = "REJECT" | stats count(*) as n by srcAddr | sort n desc');
  await speakSql(page);
  await page.waitForFunction(() => /SELECT/.test(document.querySelector("[data-testid=query-editor]").value));
  assert.equal(await editor.inputValue(), "SELECT srcaddr, count(*) AS n\nFROM vpc_flow_logs\nWHERE action = 'REJECT'\nGROUP BY 1\nORDER BY n DESC");
  await page.getByRole("button", { name: "Logs Insights" }).click();
  assert.match(await editor.inputValue(), /^filter action = "REJECT" \| stats/);
  await editor.fill("parse @message /(?<x>eni)/ | display x");
  await speakSql(page);
  await handle(page, "query-failure").waitFor();
  assert.match(await handle(page, "query-failure").innerText(), /parse.*is not said in Athena SQL/);
}));

test("samples in SQL run as they are", onPage(site, async ({ page, folder }) => {
  await open(page, folder);
  await speakSql(page);
  await page.locator(".samples summary", { hasText: "What people ask" }).click();
  await page.locator(".sample", { hasText: "Accepted and rejected by the hour" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".answer").length === 1);
  assert.equal((await rows(page))[0].length, 4);
}));

test("a link with a query in SQL asks it", onPage(site, async ({ page, folder }) => {
  await load(page, folder);
  assert.deepEqual(await rows(page), [["40"]]);
  assert.equal(await page.getByRole("button", { name: "Athena SQL" }).getAttribute("aria-pressed"), "true");
}, { path: "#/query?v=1&q=SELECT%20count(*)%20FROM%20t&l=sql" }));

test("text from files is shown as text", onPage(site, async ({ page, folder }) => {
  const markup = "<img/src=x/onerror=alert(1)>";
  await dropAndRead(page, write(folder, "flows.log", log(...blockedReplies().map((it) => it.replaceAll("eni-0aaaaaaaaaaaaaaa1", markup)))));
  await visit(page, "#/query");
  await run(page, "stats count(*) as n by interfaceId");
  assert.deepEqual(await rows(page), [[markup, "40"]]);
  await handle(page, "query-editor").fill(`filter interfaceId = "${markup}" | srot`);
  await handle(page, "query-error").waitFor();
  assert.equal(await page.locator("#query img").count(), 0);
}));
