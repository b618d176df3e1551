// The page Inputs and files that are there twice: the filter, the refused lines, the dialog that asks.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dropAndRead, drop, exported, handle, line, log, onPage, openSite, phase, report, settled, visit, write } from "./support.mjs";

const site = await openSite();
after(site.close);

/** Waits until so many files and records are loaded. */
const loaded = (page, files, records) => page.waitForFunction(async ([files, records]) => {
  if (document.querySelector("main").dataset.phase !== "ready") return false;
  const { inputs, totals } = await window.flowlens.report();
  return inputs.length === files && totals.records === records;
}, [files, records]);

const dialog = (page) => page.locator("dialog[open]");

test("files with problems are shown alone, and the address says so", onPage(site, async ({ page, folder }) => {
  const good = Array.from({ length: 30 }, (_, i) => write(folder, `good-${i}.log`, log(line({ sport: 40_000 + i }))));
  const bad = write(folder, "bad.log", log(line(), "2 123456789012 too short"));
  const millis = write(folder, "millis.log", log(line().replace(/(17\d{8})/g, "$1000")));
  await dropAndRead(page, ...good, bad, millis);
  await visit(page, "#/inputs");
  const rows = page.locator("button.vrow");
  await page.getByRole("button", { name: /With problems or remarks\s*2/ }).click();
  await page.waitForFunction(() => document.querySelectorAll("button.vrow").length === 2);
  assert.match(await page.evaluate(() => location.hash), /#\/inputs\?.*problems=1/);
  assert.match(await rows.first().innerText(), /bad\.log/);
  await page.reload();
  await phase(page, "empty");
  await dropAndRead(page, good[0], bad);
  await page.waitForFunction(() => document.querySelectorAll("button.vrow").length === 1);
  await page.getByRole("button", { name: /^All\s*2/ }).click();
  await page.waitForFunction(() => document.querySelectorAll("button.vrow").length === 2);
  assert.doesNotMatch(await page.evaluate(() => location.hash), /problems/);
}));

test("a file's cell says its format in full", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "one.log.gz", log(line())));
  await visit(page, "#/inputs");
  const note = page.locator("button.vrow .note");
  assert.match(await note.innerText(), /^default \(version 2\) · gzip$/);
  assert.ok(await note.evaluate((cell) => cell.scrollWidth <= cell.clientWidth), "nothing is cut off");
}));

test("the refused lines are saved with file, line, place, reason and text", onPage(site, async ({ page, folder }) => {
  const many = log(...Array.from({ length: 150 }, (_, i) => `2 123456789012 cut ${i}`));
  await dropAndRead(page, write(folder, "a.log", log(line(), "=evil, \"x\"", line())), write(folder, "many.log", many));
  await visit(page, "#/inputs");
  const { name, text } = await exported(page, "export-refused");
  assert.equal(name, "flowlens-refused-lines.csv");
  const rows = text.split("\r\n");
  assert.equal(rows[0], "file,line,offset,reason,text");
  const offset = log(line()).length;
  assert.match(rows[1], new RegExp(`^a\\.log,3,${offset},"?.+,"'=evil, ""x"""$`));
  assert.equal(rows.filter((row) => row.startsWith("many.log,")).length, 101);
  assert.match(rows.at(-2), /^many\.log,,,50 more refused lines were counted/);
}));

test("a file that is loaded already is asked about, and skipped unless told otherwise", onPage(site, async ({ page, folder }) => {
  const [one, two] = [write(folder, "one.log", log(line())), write(folder, "two.log", log(line(), line({ dport: 80 })))];
  await dropAndRead(page, one);
  await drop(page, one, two);
  await dialog(page).waitFor();
  assert.match(await dialog(page).innerText(), /1 of 2 files is loaded already, by name and content/);
  await page.keyboard.press("Enter");
  await loaded(page, 2, 3);

  await drop(page, one, two);
  await dialog(page).waitFor();
  assert.match(await dialog(page).innerText(), /2 files are loaded already, by name and content/);
  await handle(page, "skip-same").click();
  await dialog(page).waitFor({ state: "detached" });
  await loaded(page, 2, 3);

  await drop(page, one);
  await handle(page, "read-again").click();
  await loaded(page, 3, 4);
  await drop(page, one);
  await handle(page, "replace-files").click();
  await loaded(page, 1, 1);
}));

test("copies in one drop are asked about; same name and size alone are none", onPage(site, async ({ page, folder }) => {
  const text = log(line());
  for (const name of ["a/x.log", "b/x.log"]) write(folder, `two/${name}`, text);
  for (const name of ["a/x.log", "b/x.log"]) write(folder, `three/${name}`, text);
  write(folder, "three/c/x.log", log(line({ dport: 444 })));
  assert.equal(text.length, log(line({ dport: 444 })).length);
  await phase(page, "empty");
  await drop(page, `${folder}/three`);
  await dialog(page).waitFor();
  assert.match(await dialog(page).innerText(), /1 of 3 files is a copy of another among them/);
  await handle(page, "add-files").click();
  assert.equal(await settled(page), "ready");
  assert.equal((await report(page)).totals.records, 2);
  await page.evaluate(() => window.flowlens.clear());
  await phase(page, "empty");
  await drop(page, `${folder}/two`);
  await handle(page, "read-again").click();
  assert.equal(await settled(page), "ready");
  assert.equal((await report(page)).totals.records, 2);
}));

test("scripts say what to do with copies and are told which were skipped", onPage(site, async ({ page }) => {
  await phase(page, "empty");
  const load = (options) => page.evaluate(async ([text, options]) => {
    const files = ["a.log", "a.log", "b.log"].map((name) => new File([text], name));
    const { inputs, totals, skipped } = await window.flowlens.load(files, options);
    return [inputs.length, totals.records, skipped];
  }, [log(line()), options]);
  assert.deepEqual(await load(undefined), [2, 2, ["a.log"]]);
  assert.deepEqual(await load({ same: "read" }), [3, 3, []]);
  assert.deepEqual(await load({ same: "skip" }), [2, 2, ["a.log"]]);
  const refusal = await page.evaluate(() =>
    window.flowlens.load([new File(["x"], "x")], { same: "maybe" }).then(() => "read", (error) => error.message));
  assert.match(refusal, /"skip" or "read"/);
}));
