/**
 * The panels of 05_desk or 06_evidence over a long history, as a notebook keeps them: how much they send, how long each
 * repaint takes and whether memory stays flat. Not run by itself, for it takes minutes:
 *
 * `TEST_DESK_MINUTES=8 deno test -A --v8-flags=--expose-gc test/acceptance/desk_load.ts`: 8 venue hours at speed 60.
 * `TEST_DESK_NOTEBOOK` (05 or 06), `TEST_DESK_SPEED`, `TEST_DESK_HOURS` (of history) and `TEST_DESK_INSTRUMENTS`
 * (3 to 10) have defaults.
 */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { HOUR, MINUTE } from "../../lib/model/time.ts";
import type { Panel, PanelPart } from "../../lib/notebook/panel.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import { NotebookSession } from "../../lib/notebook/session.ts";
import { PAGE } from "../../lib/charts/page_theme.ts";
import { sleep, systemClock } from "../../lib/runtime/clock.ts";
import { systemRandom } from "../../lib/runtime/random.ts";
import { mb, slopeOf } from "../support/memory_growth.ts";
import { say } from "../support/say.ts";

const NOTEBOOK = Deno.env.get("TEST_DESK_NOTEBOOK") ?? "05";
const numberOf = (name: string, usual: number) => Number(Deno.env.get(name) ?? usual);
const MINUTES = numberOf("TEST_DESK_MINUTES", 0);
const SPEED = numberOf("TEST_DESK_SPEED", 60);
const HOURS = numberOf("TEST_DESK_HOURS", 48);
const COUNT = numberOf("TEST_DESK_INSTRUMENTS", 3);
/** The market's own minutes, its simulated truth, and what the engine keeps of freshly compiled code. */
const MAX_GROWTH_PER_HOUR = 1_024 * 1_024;
/** Of the 99th part of a panel's repaints, local ms. */
const MOST_REPAINT_MS = 50;
const COINS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "AVAXUSDT", "XRPUSDT", "ADAUSDT", "BNBUSDT"];
const FUTURES = [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }];

const collectGarbage = (globalThis as { gc?: () => void }).gc;

/** Local ms of each drawing, by panel and part. */
class Timed {
  readonly #took = new Map<string, number[]>();

  panel(name: string, panel: Panel): Panel {
    const parts = (panel.parts ?? []).map((part): PanelPart => ({
      ...part,
      draw: (id) => this.#timed(`${name}:${part.name}`, () => part.draw(id)),
    }));
    return {
      ...panel,
      parts,
      draw: async (id) => {
        const startedAt = performance.now();
        const frame = await panel.draw(id);
        this.#add(name, performance.now() - startedAt);
        return frame;
      },
    };
  }

  /** By name, the slowest first. */
  get rows(): { name: string; n: number; median: number; p99: number; first: number }[] {
    return [...this.#took].map(([name, [first = NaN, ...took]]) => {
      const sorted = took.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * sorted.length)] ?? NaN;
      return { name, n: took.length + 1, median: at(0.5), p99: at(0.99), first };
    }).sort((a, b) => b.p99 - a.p99);
  }

  #timed<T>(name: string, draw: () => T): T {
    const startedAt = performance.now();
    const drawn = draw();
    this.#add(name, performance.now() - startedAt);
    return drawn;
  }

  #add(name: string, ms: number): void {
    const took = this.#took.get(name);
    if (took === undefined) this.#took.set(name, [ms]);
    else took.push(ms);
  }
}

function panelsOf(market: Market): Record<string, Panel> {
  const pair = "BTCUSDT/ES", instruments = market.instruments.map(({ id }) => id);
  if (NOTEBOOK === "05") {
    return {
      header: panels.deskHeader(market, { instruments, pair }),
      volatility: panels.volatilityStrip(market),
      markets: panels.tradingView(market, { instruments, ratio: ["NQ", "ES"] }),
      ratio: panels.ratioChart(market, { pair, lookBackMs: HOURS * HOUR }),
      divergence: panels.divergencePanel(market, { pair }),
    };
  }
  assert.equal(NOTEBOOK, "06", "TEST_DESK_NOTEBOOK is 05 or 06");
  const days = ([30, 7, 3, 1] as const).find((one) => 24 * one <= HOURS) ?? 1;
  const what = { pair, days };
  return {
    charts: panels.tradingView(market, { instruments: pair.split("/") }),
    history: panels.correlationPath(market, what),
    hours: panels.correlationHeatmap(market, what),
    weekdays: panels.correlationHeatmap(market, { ...what, rows: "weekdays" }),
    scatter: panels.returnsScatter(market, what),
    lead: panels.leadLagChart(market, { pair }),
    sessions: panels.sessionsChart(market, what),
    granger: panels.grangerTable(market, what),
    regimes: panels.regimesChart(market, what),
    tails: panels.tailsChart(market, what),
    matrix: panels.matrixPanel(market, { days }),
  };
}

Deno.test({
  name: "a notebook's panels keep memory flat, and repaint within 50 ms",
  ignore: MINUTES === 0,
  async fn() {
    const config = parseConfig({
      overrides: {
        source: "simulated",
        clock: { speed: SPEED },
        data: { backfillHours: HOURS, trades: true },
        binance: { symbols: COINS.slice(0, Math.max(1, COUNT - (COUNT > 3 ? 3 : 2))) },
        ibkr: { futures: COUNT > 3 ? [...FUTURES, { symbol: "GC", exchange: "COMEX" }] : FUTURES },
      },
    });
    await using market = await openMarket({ waitHours: Math.min(24, HOURS) }, { config });
    for (let i = 0; market.status().history !== undefined && i < 300; i++) {
      await sleep(systemClock, 1_000);
    }
    say(`${market.status().message} ${market.instruments.map(({ id }) => id).join(", ")}`);
    let bytes = 0;
    const session = new NotebookSession({
      jupyter: {
        broadcast(_type, content) {
          const data = content.data as Readonly<Record<string, string>>;
          for (const text of Object.values(data)) bytes += text.length;
        },
      },
      events: { onUncaught: () => () => {}, onInterrupt: () => () => {} },
      clock: systemClock,
      random: systemRandom,
      frontEnd: "jupyter",
    }, PAGE);
    const timed = new Timed();
    for (const [name, panel] of Object.entries(panelsOf(market))) {
      await session.live(name, timed.panel(name, panel), { minIntervalMs: 1_000 });
    }
    const samples: { hour: number; bytes: number; rss: number }[] = [];
    const beganAt = systemClock.monotonic();
    bytes = 0;
    for (let second = 10; second <= 60 * MINUTES; second += 10) {
      await sleep(systemClock, beganAt + 1_000 * second - systemClock.monotonic());
      collectGarbage?.();
      const { heapUsed, external, rss } = Deno.memoryUsage();
      samples.push({ hour: 1_000 * second * SPEED / HOUR, bytes: heapUsed + external, rss });
    }
    session.dispose();
    const steady = samples.filter(({ hour }) => hour > samples.at(-1)!.hour / 4);
    const growth = slopeOf(steady.map(({ hour, bytes }) => [hour, bytes]));
    const [first, last] = [steady[0]!, steady.at(-1)!];
    say(
      `${MINUTES} minutes at speed ${SPEED}: heap ${mb(first.bytes)} to ${mb(last.bytes)} MB, ` +
        `${(growth / 1_024).toFixed(1)} kB a venue hour; resident ${mb(first.rss)} to ${
          mb(last.rss)
        } MB; ${(bytes / 1_000 / MINUTES).toFixed(1)} kB a local minute, ` +
        `${(bytes / 1_000 / MINUTES / SPEED).toFixed(1)} a venue minute`,
    );
    const rows = timed.rows;
    for (const { name, n, median, p99, first } of rows) {
      const [a, b, c] = [first, median, p99].map((ms) => ms.toFixed(1));
      say(`${name.padEnd(22)} ${n} drawings: first ${a} ms, median ${b}, 99 % within ${c}`);
    }
    assert.ok(growth < MAX_GROWTH_PER_HOUR, `memory grows by ${growth} bytes a venue hour`);
    // What comes seldom, as a chart's history every two hours, has no 99th part.
    const slow = rows.filter(({ n, p99 }) => n >= 100 && p99 > MOST_REPAINT_MS);
    assert.deepEqual(slow, [], `slower than ${MOST_REPAINT_MS} ms`);
    assert.ok(market.venueTime > MINUTE);
  },
  sanitizeOps: false,
  sanitizeResources: false,
});
