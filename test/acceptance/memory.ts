import assert from "node:assert/strict";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR } from "../../lib/model/time.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { mb, slopeOf } from "../support/memory_growth.ts";
import { say } from "../support/say.ts";

const SPEED = 3_600;
const HOURS = 48;
/** The first hours warm up caches and the code itself. */
const WARM_UP_HOURS = 8;
/** Kept minutes are the only growth: four instruments and their truth, about 30 kB an hour. */
const MAX_GROWTH_PER_HOUR = 128 * 1_024;

const collectGarbage = (globalThis as { gc?: () => void }).gc;

Deno.test({
  name: "Market keeps memory flat over 48 venue hours at high speed",
  ignore: collectGarbage === undefined,
  async fn() {
    const config = parseConfig({
      overrides: {
        source: "simulated",
        clock: { speed: SPEED },
        binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
      },
    });
    await using market = await openMarket({}, { config });
    const samples: { hour: number; bytes: number; rss: number }[] = [];
    let minutes = 0;
    for await (const event of market) {
      if (event.kind !== "minute" || event.revision > 0) continue;
      minutes++;
      if (minutes % 60 !== 0) continue;
      collectGarbage?.();
      const { heapUsed, external, rss } = Deno.memoryUsage();
      samples.push({ hour: minutes / 60, bytes: heapUsed + external, rss });
      if (minutes / 60 >= HOURS) break;
    }
    const steady = samples.filter(({ hour }) => hour > WARM_UP_HOURS);
    const growth = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
    const [first, last] = [steady[0]!, steady.at(-1)!];
    say(
      `${HOURS} venue hours (${HOURS * HOUR / SPEED / 1_000} s): heap ${mb(first.bytes)} → ${
        mb(last.bytes)
      } MB, ` +
        `${(growth / 1_024).toFixed(1)} kB a venue hour; resident ${mb(first.rss)} → ${
          mb(last.rss)
        } MB`,
    );
    assert.ok(growth < MAX_GROWTH_PER_HOUR, `memory grows by ${growth} bytes a venue hour`);
  },
});

/** At this speed a minute of venue time closes ten times a second. */
const PANEL_SPEED = 600;
const PANEL_HOURS = 8;
/** The market's own minutes, and what the engine keeps of freshly compiled code. */
const PANEL_GROWTH_PER_HOUR = 1_024 * 1_024;

Deno.test({
  name: "panels keep memory flat over 8 venue hours of repaints, each within 80 ms",
  ignore: collectGarbage === undefined,
  async fn() {
    const config = parseConfig({
      overrides: { source: "simulated", clock: { speed: PANEL_SPEED } },
    });
    await using market = await openMarket({}, { config });
    const shown = [
      panels.priceChart(market),
      panels.tradingView(market),
      panels.correlationChart(market),
      panels.correlationTable(market),
      panels.windowExplorer(market),
    ];
    const samples: { hour: number; bytes: number }[] = [];
    const drawMs: number[] = [];
    let minutes = 0;
    for await (const event of market) {
      if (event.kind !== "minute" || event.revision > 0) continue;
      for (const [i, panel] of shown.entries()) {
        const startedAt = performance.now();
        await panel.draw(`panel-${i}`);
        drawMs.push(performance.now() - startedAt);
      }
      minutes++;
      if (minutes % 30 !== 0) continue;
      collectGarbage?.();
      const { heapUsed, external } = Deno.memoryUsage();
      samples.push({ hour: minutes / 60, bytes: heapUsed + external });
      if (minutes / 60 >= PANEL_HOURS) break;
    }
    const steady = samples.filter(({ hour }) => hour > 2);
    const growth = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
    const sorted = drawMs.toSorted((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!;
    const p99 = sorted[Math.floor(sorted.length * 0.99)]!;
    say(
      `${drawMs.length} repaints: median ${median.toFixed(1)} ms, 99 % within ${
        p99.toFixed(1)
      } ms; ` +
        `heap ${mb(steady[0]!.bytes)} → ${mb(steady.at(-1)!.bytes)} MB, ` +
        `${(growth / 1_024).toFixed(1)} kB a venue hour`,
    );
    assert.ok(median < 80, `${median} ms`);
    assert.ok(growth < PANEL_GROWTH_PER_HOUR, `memory grows by ${growth} bytes a venue hour`);
  },
});
