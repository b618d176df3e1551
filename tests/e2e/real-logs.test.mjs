// Recorded logs, where they lie beside the project: their totals are known.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { dropAndRead, onPage, openSite, report, visit } from "./support.mjs";

const data = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

const EXPECTED = {
  "VPCFlowReporter/sample.dat": { records: 60, accept: 35, reject: 19, nodata: 3, skipdata: 3 },
  "centralized-logging-with-opensearch/vpcflow.log": { records: 17, accept: 10, reject: 0, nodata: 7, skipdata: 0 },
  "coralogix-aws-shipper/vpcflow.log.gz": { records: 2 },
  "lambda-promtail/vpcflowlog.log.gz": { records: 3 },
};

if (existsSync(data)) {
  const site = await openSite();
  after(site.close);

  test("recorded logs dropped together have their known totals", onPage(site, async ({ page }) => {
    await dropAndRead(page, ...Object.keys(EXPECTED).map((path) => data + path));
    const { inputs, totals } = await report(page);
    assert.equal(inputs.length, 4);
    for (const [path, expected] of Object.entries(EXPECTED)) {
      const matches = inputs.filter(({ name, records }) => path.endsWith(`/${name}`) && records === expected.records);
      assert.equal(matches.length, 1, path);
      for (const [key, value] of Object.entries(expected)) {
        if (key in matches[0]) assert.equal(matches[0][key], value, `${key} of ${path}`);
      }
      assert.equal(matches[0].refused, 0, path);
    }
    assert.equal(totals.records, 82);
    assert.equal(totals.nodata, 10);
    assert.equal(totals.skipdata, 3);
    await visit(page, "#/overview");
    await page.locator("main").getByText("82").first().waitFor();
  }));

  test("one recorded log has its packets and bytes", onPage(site, async ({ page }) => {
    await dropAndRead(page, `${data}VPCFlowReporter/sample.dat`);
    const { totals } = await report(page);
    assert.deepEqual([totals.packets, totals.bytes, totals.accept, totals.reject], [1074, 209_433, 35, 19]);
  }));
}
