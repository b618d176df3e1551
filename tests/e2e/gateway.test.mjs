// Transit gateway flow logs: alone, and beside VPC flow logs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dropAndRead, handle, line, log, onPage, openSite, report, visit, write } from "./support.mjs";

const site = await openSite();
after(site.close);

const FIELDS =
  "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-id tgw-dst-vpc-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired flow-direction";

/** A record of each side of a flow; without a route there is none where it would leave. */
function flow({ dst = "10.1.0.9", bytes = 1000, lost = "0 0 0 0", routed = true } = {}) {
  const side = (own, pair, direction) =>
    `6 TransitGateway 123456789012 tgw-0a ${own} vpc-a ${routed ? "vpc-b" : "-"} ${pair} 10.0.0.5 ${dst} 40000 443 6 10 ${bytes} 1700000000 1700000060 OK ${lost} ${direction}`;
  const arrives = side("tgw-attach-a", routed ? "tgw-attach-b" : "-", "ingress");
  return routed ? [arrives, side("tgw-attach-b", "tgw-attach-a", "egress")] : [arrives];
}

const gateways = () => `${[FIELDS, ...flow(), ...flow({ dst: "10.9.0.7", lost: "4 0 0 0", routed: false })].join("\n")}\n`;
const tabs = (page) => page.locator("nav[aria-label=Pages] a").allInnerTexts();

test("alone they make a page without verdicts", onPage(site, async ({ page, folder }) => {
  await dropAndRead(page, write(folder, "gateway.log", gateways()));
  await visit(page, "#/overview");
  await page.locator('[data-finding-kind="tgw-no-route"]').first().waitFor();
  await page.getByText("3 transit gateway records").first().waitFor();
  assert.equal(await page.getByText(/rejected/).count(), 0);
  const { totals, inputs } = await report(page);
  assert.deepEqual([totals.records, totals.transit_gateway.records, totals.transit_gateway.lost], [0, 3, 4]);
  assert.equal(totals.transit_gateway.bytes, 2000);
  assert.equal(inputs[0].transit_gateway, 3);
  await visit(page, "#/transit-gateway");
  await page.locator("h1", { hasText: "Transit gateway" }).waitFor();
  const link = page.locator('[data-finding-kind="tgw-no-route"] a').first();
  await link.click();
  await page.getByText("search-transit-gateway-routes").first().waitFor();
  await page.getByText("tgw-attach-a").first().waitFor();
}));

test("beside VPC records they get a tab of their own", onPage(site, async ({ page, folder }) => {
  const vpc = write(folder, "vpc.log", log(line(), line({ action: "REJECT" })));
  await dropAndRead(page, vpc);
  const before = await report(page);
  assert.ok(!(await tabs(page)).some((tab) => tab.startsWith("Transit gateway")));
  await page.evaluate(() => window.flowlens.clear());
  await dropAndRead(page, vpc, write(folder, "gateway.log", gateways()));
  const both = await report(page);
  assert.deepEqual({ ...both.totals, transit_gateway: null }, { ...before.totals, transit_gateway: null });
  assert.ok((await tabs(page)).some((tab) => tab.startsWith("Transit gateway")));
  await page.getByText("2 records and 3 transit gateway records").waitFor();
  const input = handle(page, "filter-input");
  await input.fill('tgwAttachmentId = "tgw-attach-b"');
  await input.press("Enter");
  await page.getByText("1 of 5 records").waitFor();
}));
