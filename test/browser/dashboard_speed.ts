/**
 * How soon the dashboard shows what a venue sent, and what hours of it cost the browser. By hand, as it takes minutes:
 * `TEST_DASHBOARD_HOURS=8 deno test -A test/browser/dashboard_speed.ts`; without the variable it is left out.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PageSite } from "../../lib/api/page/page_site.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { DashboardServer } from "./support/dashboard_server.ts";

const hours = Number(Deno.env.get("TEST_DASHBOARD_HOURS") ?? 0);
const SPEED = 60;
const TICK_SECONDS = 30;
const MOST_TICK_MS = 100;
/** Growth of the page's heap: it keeps the bars that its charts can go back to, and nothing else. */
const MOST_BYTES_AN_HOUR = 500_000;

const COINS = ["ETHUSDT", "SOLUSDT", "AVAXUSDT", "LINKUSDT", "LTCUSDT", "XRPUSDT", "DOGEUSDT"];

/** So often is collected for one figure, so many ms apart. */
const COLLECTIONS = 8, BETWEEN_MS = 300;

/**
 * Bytes of live objects in the page: the least after several collections. After a single one as much again is often there,
 * as the page goes on drawing twenty times a second and what hangs on its elements goes in a later collection.
 */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let least = Infinity;
  for (let i = 0; i < COLLECTIONS; i++) {
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    least = Math.min(least, usedSize);
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  }
  await session.detach();
  return least;
}

const quantile = (values: readonly number[], p: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))]!;

Deno.test({
  name: "a tick reaches the page within 100 ms, with ten instruments",
  ignore: hours === 0,
}, async () => {
  const site = await PageSite.make(bundleForBrowser);
  await using market = await openMarket({
    source: "simulated",
    data: { backfillHours: 4, trades: true },
  });
  for (const coin of COINS) market.follow(coin);
  const server = await DashboardServer.start(market, site);
  const browser = await startChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.waitForSelector(".card[data-panel=header] [data-place]");
    // When a text was first seen, on the machine's clock, as the server's is.
    await page.evaluate(() => {
      const seen: Record<string, number> = {};
      Object.assign(globalThis, { seen });
      const look = () => {
        const now = performance.timeOrigin + performance.now();
        for (const price of document.querySelectorAll(".card[data-panel=header] [data-place] b")) {
          seen[price.textContent!] ??= now;
        }
        requestAnimationFrame(look);
      };
      look();
    });
    const sent = new Map<string, number[]>();
    const off = market.onEvent((event) => {
      if (event.kind !== "trade" || event.instrument !== "BTCUSDT") return;
      const text = event.price.toLocaleString("en-US", {
        minimumFractionDigits: 2,
        maximumFractionDigits: 2,
      });
      sent.set(text, [...sent.get(text) ?? [], performance.timeOrigin + performance.now()]);
    });
    await new Promise((done) => setTimeout(done, TICK_SECONDS * 1_000));
    off();
    const seen = await page.evaluate(() =>
      (globalThis as unknown as { seen: Record<string, number> }).seen
    );
    // One that was passed over may be shown when it comes again.
    const delays = [...sent].flatMap(([text, times]) => {
      const at = times.findLast((time) => time <= (seen[text] ?? NaN));
      return at === undefined ? [] : [seen[text]! - at];
    });
    say(
      `${delays.length} of ${sent.size} new prices of BTCUSDT were shown: p50 ${
        quantile(delays, 0.5).toFixed(0)
      } ms, p95 ${quantile(delays, 0.95).toFixed(0)} ms`,
    );
    assert.ok(delays.length >= 10, `${delays.length} prices`);
    assert.ok(quantile(delays, 0.95) <= MOST_TICK_MS);
  } finally {
    await browser.close();
    await server.close();
  }
});

Deno.test(
  { name: "hours of the dashboard keep the browser's memory flat", ignore: hours === 0 },
  async () => {
    const site = await PageSite.make(bundleForBrowser);
    await using market = await openMarket({
      source: "simulated",
      simulatedSpeed: SPEED,
      data: { backfillHours: 24, trades: true },
    });
    const server = await DashboardServer.start(market, site);
    const browser = await startChromium();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.port}/`);
      const heaps: number[] = [], resident: number[] = [];
      for (let hour = 0; hour <= hours; hour++) {
        await new Promise((done) => setTimeout(done, 3_600_000 / SPEED));
        heaps.push(await heapOf(page));
        resident.push(Deno.memoryUsage().rss);
        say(
          `hour ${hour + 1}: page ${(heaps.at(-1)! / 1e6).toFixed(1)} MB, server ${
            (resident.at(-1)! / 1e6).toFixed(0)
          } MB`,
        );
      }
      const median = (values: readonly number[]) => quantile(values, 0.5);
      const growth = median(heaps.slice(-3)) - median(heaps.slice(0, 3));
      const anHour = growth / Math.max(1, heaps.length - 3);
      say(`the page grew by ${(anHour / 1e6).toFixed(2)} MB an hour`);
      assert.ok(anHour <= MOST_BYTES_AN_HOUR);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
