// Queries in Chromium beside the same questions to native DuckDB with two threads, over the same records already loaded.
//
// Usage: ./dev bench queries LOG [--runs 3]; a plain log of the default format. `./dev bench` makes one in .bench/.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { drop, openSite, phase } from "../../tests/e2e/support.mjs";

const DUCKDB = fileURLToPath(new URL("../duckdb.py", import.meta.url));
const { values: options, positionals: [file] } = parseArgs({ allowPositionals: true, options: { runs: { type: "string", default: "3" } } });

const log = resolve(file);

/** Name, Logs Insights, the same for DuckDB. Those below the line take rows one by one here. */
const QUERIES = [
  ["count by action", "stats count(*) as n by action | sort n desc", "SELECT coalesce(action, '-'), count(*) n FROM flows GROUP BY ALL ORDER BY n DESC"],
  ["rejections by source", 'filter action="REJECT" | stats count(*) as n by srcAddr | sort n desc | limit 20',
    "SELECT srcaddr, count(*) n FROM flows WHERE action = 'REJECT' GROUP BY ALL ORDER BY n DESC LIMIT 20"],
  ["bytes by pair", "stats sum(bytes) as b by srcAddr, dstAddr | sort b desc | limit 10",
    "SELECT coalesce(srcaddr, '-'), coalesce(dstaddr, '-'), sum(bytes)::UBIGINT b FROM flows GROUP BY ALL ORDER BY b DESC NULLS LAST LIMIT 10"],
  ["bytes per 5 minutes", "stats sum(bytes) as b by bin(5m) as t | sort t", "SELECT (start // 300) * 300 t, sum(bytes)::UBIGINT b FROM flows GROUP BY ALL ORDER BY t"],
  ["subnet to destination", 'filter isIpv4InSubnet(srcAddr, "10.0.0.0/8") | stats sum(bytes) as b by dstAddr | sort b desc | limit 15',
    "SELECT dstaddr, sum(bytes)::UBIGINT b FROM flows WHERE starts_with(srcaddr, '10.') GROUP BY ALL ORDER BY b DESC LIMIT 15"],
  ["distinct sources", "stats count_distinct(srcAddr) as n by interfaceId | sort n desc, interfaceId | limit 10",
    "SELECT interface_id, count(DISTINCT coalesce(srcaddr, '-')) n FROM flows GROUP BY ALL ORDER BY n DESC, interface_id LIMIT 10"],
  ["text in an address", 'filter dstAddr like "10.0." and srcAddr not like "10." | stats sum(bytes) as b by srcAddr, dstAddr | sort b desc | limit 10',
    "SELECT srcaddr, dstaddr, sum(bytes)::UBIGINT b FROM flows WHERE contains(dstaddr, '10.0.') AND NOT contains(coalesce(srcaddr, '-'), '10.') GROUP BY ALL ORDER BY b DESC LIMIT 10"],
  ["latest of a port", "filter dstPort = 22 | fields @timestamp, srcAddr, bytes | sort bytes desc | limit 20",
    "SELECT start, srcaddr, bytes FROM flows WHERE dstport = 22 ORDER BY bytes DESC LIMIT 20"],
  null,
  ["computed key", 'stats count(*) as n by if(dstPort < 1024, "service", "high") as kind | sort n desc',
    "SELECT CASE WHEN dstport < 1024 THEN 'service' ELSE 'high' END kind, count(*) n FROM flows GROUP BY ALL ORDER BY n DESC"],
  ["regular expression", "filter srcAddr like /^203\\.0\\.113\\.\\d+$/ | stats count(*) as n",
    "SELECT count(*) n FROM flows WHERE regexp_matches(srcaddr, '^203\\.0\\.113\\.\\d+$')"],
];

const queries = QUERIES.filter(Boolean);
const peers = JSON.parse(execFileSync(process.env.FLOWLENS_PYTHON, [DUCKDB, log, "--ask", String(options.runs)], {
  input: JSON.stringify(queries.map(([, , sql]) => sql)), encoding: "utf8", maxBuffer: 1 << 28,
}));

const site = await openSite();
try {
  const page = await site.browser.newPage();
  await page.goto(site.url);
  await phase(page, "empty");
  await drop(page, log);
  await phase(page, "ready", "failed");
  await page.evaluate(async () => {
    // The search for copies, and the program of queries itself, are no part of what is measured.
    await window.flowlens.report();
    await window.flowlens.query("stats count(*)", "insights");
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    }).observe({ type: "longtask" });
  });
  console.log(`${"query".padEnd(24)} ${"ms".padStart(8)} ${"DuckDB".padStart(8)} ${"ratio".padStart(7)}`);
  for (const [at, [name, text]] of queries.entries()) {
    const { millis, answer } = await page.evaluate(async ([text, runs]) => {
      const millis = [];
      let answer;
      for (let run = 0; run < runs; run++) {
        const begin = performance.now();
        answer = await window.flowlens.query(text, "insights");
        millis.push(performance.now() - begin);
      }
      return { millis: millis.sort((a, b) => a - b)[Math.floor(runs / 2)], answer };
    }, [text, Number(options.runs)]);
    const peer = peers[at];
    const numbers = (rows, column) => rows.map((row) => String(row.at(column)));
    assert.deepEqual(numbers(answer.rows, -1), numbers(peer.rows, -1), name);
    console.log(`${name.padEnd(24)} ${millis.toFixed(0).padStart(8)} ${peer.millis.toFixed(0).padStart(8)} ${(millis / peer.millis).toFixed(2).padStart(7)}`);
  }
  console.log(`longest task of the page's thread: ${(await page.evaluate(() => window.longest)).toFixed(0)} ms`);
} finally {
  await site.close();
}
