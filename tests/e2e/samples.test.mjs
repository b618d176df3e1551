// The real samples beside the project, where they are, all dropped at once: each is read or refused by name.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { dropAndRead, onPage, openSite, phase, report, visit } from "./support.mjs";

const DATA = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const site = await openSite();
after(site.close);

/** Records of each file that has some. */
const RECORDS = {
  "VPCFlowReporter/sample.dat": 60,
  "VPCFlowReporter/acceptRaw.dat": 19,
  "VPCFlowReporter/acceptNorm.dat": 0,
  "centralized-logging-with-opensearch/vpcflow.log": 17,
  "coralogix-aws-shipper/vpcflow.log.gz": 2,
  "lambda-promtail/vpcflowlog.log.gz": 3,
  "mhatremayank-vpcflowlogparser/flowlogs_v2.txt": 18,
  "newrelic-aws-log-ingestion/entry_vpc_flow_logs.json": 1,
  "opensearch-catalog/aws_vpc-logs.json": 2,
  "opensearch-catalog/sample.json": 22,
  "otel-contrib/valid_tgw_flow_cw.json": 1,
  "otel-contrib/valid_tgw_flow_log.log": 1,
  "otel-contrib/valid_vpc_flow_cw.json": 2,
  "otel-contrib/valid_vpc_flow_log.log": 1,
  "otel-contrib/valid_vpc_flow_log_ecs.log": 1,
  "otel-contrib/valid_vpc_flow_log_multi.log": 2,
  "sekoia-automation-library/111111111111_vpcflowlogs_eu-west-3_fl-032a163fae170ae52_20220831T1255Z_2ad4bef5.parquet": 7,
  "sekoia-automation-library/test_parquet.parquet": 8,
  "sekoia-automation-library/test_parquet_result.json": 7,
  "slatesuraj-analyser/sample_vpc_flow_log.txt": 8,
};

/** What files are called that are not read. */
const REFUSED = {
  "VPCFlowReporter/acceptNorm.dat": /JSON without flow records/,
  "otel-contrib/valid_vpc_flow_cw_custom.json": /custom format/,
  "panther-analysis/attacker_vpc.yml": /YAML/,
  "sekoia-automation-library/test_ocsf.parquet": /OCSF/,
  "splunk-attack-data/horizontal.log": /Git LFS/,
  "splunk-attack-data/vertical.log": /Git LFS/,
};

test("all samples at once: each is read or refused by name, and the totals add up", { skip: !existsSync(DATA) }, onPage(site, async ({ page }) => {
  await dropAndRead(page, DATA);
  assert.equal(await phase(page, "ready", "failed"), "ready");
  const { inputs, totals, findings } = await report(page);
  assert.ok(inputs.length > 100);
  const under = ({ name }) => name.replace(/^\/?(?:.*\/)?data\//, "");
  for (const input of inputs) {
    const name = under(input);
    assert.equal(input.records, RECORDS[name] ?? 0, `records of ${name}: ${input.error ?? ""}`);
    if (REFUSED[name]) assert.match(input.error ?? "", REFUSED[name], name);
    else if (!RECORDS[name]) assert.ok(input.error || input.skipped || input.refused > 0 || input.headers > 0 || input.flow_logs.length > 0, `${name} is passed over in silence: ${JSON.stringify(input)}`);
  }
  const sum = (key) => inputs.reduce((total, input) => total + input[key], 0);
  for (const name of Object.keys(RECORDS)) assert.ok(inputs.some((input) => under(input) === name), `${name} is not among the inputs`);
  const gateways = 2;
  assert.equal(totals.records, sum("records") - gateways);
  for (const key of ["nodata", "skipdata"]) assert.equal(totals[key], sum(key), key);
  assert.ok(findings.length > 0);
  for (const route of ["#/overview", "#/access", "#/nat", "#/inputs"]) {
    await visit(page, route);
    await page.locator("main h1, main h2").first().waitFor();
  }
  assert.equal((await page.evaluate(() => window.flowlens.report())).totals.records, totals.records, "the page is alive");
}));
