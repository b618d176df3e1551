// Screenshots of every page: node shots.mjs <folder>. Both sizes, light and dark, with the sample loaded.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { handle, openSite, phase, report, visit } from "./support.mjs";

const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };
const ROUTES = { overview: "#/overview", access: "#/access", nat: "#/nat", explore: "#/explore", query: `#/query?v=1&q=${encodeURIComponent("stats sum(bytes) by bin(5m), flowDirection")}&l=insights`, inputs: "#/inputs" };

const folder = process.argv[2];
if (!folder) throw new Error("usage: node shots.mjs <folder>");
mkdirSync(folder, { recursive: true });

const site = await openSite();
try {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await site.browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      const shoot = async (name) => {
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) console.log(`${name}, ${size}: the page is ${overflow} px wider than the window`);
      };
      await page.goto(site.url);
      await phase(page, "empty");
      await shoot("start");
      await page.keyboard.press("?");
      await shoot("keys");
      await page.keyboard.press("Escape");
      await handle(page, "load-sample").first().click();
      await phase(page, "ready", "failed");
      for (const [name, route] of Object.entries(ROUTES)) {
        await visit(page, route);
        await shoot(name);
        await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}-whole.png`), fullPage: true });
      }
      const [first] = (await report(page)).findings;
      if (first) {
        await visit(page, `#/access`);
        const finding = page.locator(`[data-finding-id="${first.id}"]`).first();
        await finding.locator("a, button").or(finding).first().click();
        await shoot("finding");
      }
      await context.close();
    }
  }
} finally {
  await site.close();
}
