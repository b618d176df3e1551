// What the tests in Chromium share: a server of dist/, a browser, pages that are watched, drops, made-up logs.
import assert from "node:assert/strict";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { finished } from "node:stream/promises";
import { gzipSync } from "node:zlib";
import { serve } from "./server.mjs";

const { chromium } = createRequire(import.meta.url)(process.env.FLOWLENS_PLAYWRIGHT ?? "playwright-core");

/** How long anything may take before a test gives up; wide, since the machine may be busy. */
export const PATIENCE_MILLIS = Number(process.env.FLOWLENS_PATIENCE ?? 60) * 1000;

// --- site and browser -------------------------------------------------------------------------------------

/** Starts Chromium. `flow.test` leads to this machine: an address that, unlike 127.0.0.1, is not trusted. */
export function launch(args = []) {
  return chromium.launch({
    executablePath: process.env.CHROME ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP flow.test 127.0.0.1",
      ...args,
    ],
  });
}

/** A served build and a browser: `const site = await openSite(); after(site.close);` */
export async function openSite({ host = "127.0.0.1", prefix = "/", types } = {}) {
  const server = await serve({ prefix, types });
  const browser = await launch();
  return {
    browser,
    server,
    url: `http://${host}:${server.port}${prefix}`,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/**
 * A test body on a fresh page: `test("…", onPage(site, async ({ page, requests }) => …))`. The test fails on
 * any console error, uncaught error or violated content security policy, besides what the body asserts.
 */
export function onPage(site, body, { path = "", faults: allowed = false, ...options } = {}) {
  return async (t) => {
    const context = await site.browser.newContext({ acceptDownloads: true, ...options });
    context.setDefaultTimeout(PATIENCE_MILLIS);
    const folder = mkdtempSync(join(tmpdir(), "flowlens-e2e-"));
    const page = await context.newPage();
    const faults = [];
    const requests = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack ?? error}`));
    context.on("request", (request) => requests.push({ method: request.method(), url: request.url() }));
    await page.addInitScript(() => {
      window.violations = [];
      addEventListener("securitypolicyviolation", (event) => {
        window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile ?? ""} ${event.sample}`);
      });
    });
    try {
      await page.goto(site.url + path);
      await body({ page, context, requests, faults, site, t, folder });
      if (!allowed) {
        assert.deepEqual(await page.evaluate(() => window.violations), [], "the content security policy is kept");
        assert.deepEqual(faults, [], "the console stays clean");
      }
    } finally {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

// --- the page ---------------------------------------------------------------------------------------------

export const handle = (page, id) => page.locator(`[data-testid="${id}"]`);

/** Waits until the page is in one of these phases; returns which. */
export async function phase(page, ...phases) {
  const selector = phases.map((name) => `main[data-phase="${name}"]`).join(", ");
  const main = page.locator(selector).first();
  await main.waitFor({ state: "attached" });
  return main.getAttribute("data-phase");
}

/** Files and folders, dropped as by a hand: with real directory entries. */
export async function drop(page, ...files) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
  await session.detach();
}

/** Drops and waits until all is read. */
export async function dropAndRead(page, ...files) {
  await phase(page, "empty", "ready", "failed");
  await drop(page, ...files);
  await settled(page);
}

/** Waits until the page has seen a load through. */
export async function settled(page) {
  await phase(page, "loading", "ready", "failed");
  return phase(page, "ready", "failed");
}

export const report = (page) => page.evaluate(() => window.flowlens.report());

/** Goes to a page by its hash route. */
export async function visit(page, route) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, route);
}

/** Clicks an export, opening the menu it is in when it is in one. */
export async function exported(page, id) {
  const button = handle(page, id);
  if (!(await button.isVisible())) await page.locator("summary", { hasText: "Export" }).click();
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
}

/** Longer than this, nothing may hold up the page. */
const LONGEST_TASK_MILLIS = 50;

/**
 * Runs `work` and returns the tasks of the page's main thread that took too long, in milliseconds. What counts is
 * the time that the thread itself was at work, so that a busy machine does not fail the test; the time on the
 * clock is told beside it.
 */
export async function longTasks(site, page, work) {
  const categories = ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"];
  await site.browser.startTracing(page, { categories });
  await work();
  const { traceEvents: events } = JSON.parse(await site.browser.stopTracing());
  const thread = ({ pid, tid }) => `${pid}:${tid}`;
  const mains = new Set(events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  const tasks = events.filter((event) => event.name === "RunTask" && mains.has(thread(event)));
  assert.ok(tasks.length > 100, "the tasks of the main thread are on record");
  return tasks
    .filter(({ tdur }) => tdur > LONGEST_TASK_MILLIS * 1000)
    .map(({ dur, tdur }) => ({ working: tdur / 1000, clock: dur / 1000 }));
}

// --- logs -------------------------------------------------------------------------------------------------

export const HEADER =
  "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";

const BEGIN = 1_700_000_000;

/** One record of the default format; times in seconds after a fixed moment. */
export function line({
  eni = "eni-0aaaaaaaaaaaaaaa1",
  src = "192.0.2.10",
  dst = "10.0.0.5",
  sport = 50_000,
  dport = 443,
  protocol = 6,
  packets = 10,
  bytes = 1000,
  at = 0,
  action = "ACCEPT",
} = {}) {
  const start = BEGIN + at;
  return `2 123456789012 ${eni} ${src} ${dst} ${sport} ${dport} ${protocol} ${packets} ${bytes} ${start} ${start + 59} ${action} OK`;
}

/** A log with a header line. */
export const log = (...lines) => `${[HEADER, ...lines].join("\n")}\n`;

/** Requests that get in whose replies do not get out, beside healthy traffic of the same interface. */
export function blockedReplies() {
  const lines = [];
  for (let minute = 0; minute < 5; minute++) {
    const at = minute * 60;
    const sport = 51_000 + minute;
    lines.push(line({ src: "10.7.7.7", sport, at }));
    lines.push(line({ src: "10.0.0.5", dst: "10.7.7.7", sport: 443, dport: sport, packets: 5, bytes: 400, at, action: "REJECT" }));
    for (const host of [1, 2, 3]) {
      const [src, port] = [`10.1.0.${host}`, 40_000 + minute];
      lines.push(line({ src, sport: port, at }));
      lines.push(line({ src: "10.0.0.5", dst: src, sport: 443, dport: port, packets: 12, bytes: 9000, at }));
    }
  }
  return lines;
}

/** Writes a file into a folder, with the folders above it; returns its path. Names ending in .gz are compressed. */
export function write(folder, name, text) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, name.endsWith(".gz") && typeof text === "string" ? gzipSync(text) : text);
  return path;
}

/**
 * Writes a large log of `records` records, the same for the same number: connections within the VPC in both
 * directions, one in seven a rejected attempt from the internet.
 */
export async function writeLarge(path, records) {
  const out = createWriteStream(path);
  let seed = 12_345;
  const random = (below) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  out.write(`${HEADER}\n`);
  for (let written = 0; written < records; ) {
    const lines = [];
    for (let i = 0; i < 5000 && written < records; i++) {
      const host = random(200);
      const [eni, local] = [`eni-0${host.toString(16).padStart(16, "0")}`, `10.9.0.${1 + host}`];
      const at = Math.floor((written * 3600) / records);
      const sport = 1024 + random(60_000);
      if (random(7) === 0) {
        const src = `198.18.${random(100)}.${1 + random(250)}`;
        lines.push(line({ eni, src, dst: local, sport, dport: [23, 22, 3389, 445][random(4)], packets: 1, bytes: 40, at, action: "REJECT" }));
        written += 1;
        continue;
      }
      const src = `10.8.${random(20)}.${1 + random(250)}`;
      const [packets, bytes, dport] = [1 + random(50), 60 + random(20_000), [443, 80, 5432][random(3)]];
      lines.push(line({ eni, src, dst: local, sport, dport, packets, bytes, at }));
      written += 1;
      if (written === records) break;
      lines.push(line({ eni, src: local, dst: src, sport: dport, dport: sport, packets, bytes: bytes * 3, at }));
      written += 1;
    }
    if (!out.write(`${lines.join("\n")}\n`)) await new Promise((resolve) => out.once("drain", resolve));
  }
  out.end();
  await finished(out);
  return path;
}
