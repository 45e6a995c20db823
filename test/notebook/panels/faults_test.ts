/** What panels say of data that is not of now. */
import assert from "node:assert/strict";
import type { FeedSnapshot, StreamState } from "../../../lib/feeds/feed.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Market } from "../../../lib/market/market.ts";
import type { MarketStatus } from "../../../lib/market/market_status.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { staleFrame } from "../../../lib/notebook/stale_frame.ts";
import { statusLine } from "../../../lib/notebook/status_line.ts";
import * as panels from "../../../lib/notebook/panels/mod.ts";
import type { Panel } from "../../../lib/notebook/panel.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { until } from "../../support/simulated_market.ts";
import { THEME } from "../fake_kernel.ts";

const PAIR = ["BTCUSDT", "ES"] as const;

/** What goes wrong with IBKR. */
interface Fault {
  readonly venue?: Partial<FeedSnapshot>;
  readonly stream?: StreamState;
  /** How long ago its newest minute was. */
  readonly lagMs?: number;
  readonly missing?: number;
}

/** The market as it would be with that fault: its own bars, another status. */
function broken(
  market: Market,
  { venue = {}, stream, lagMs = 12 * MINUTE, missing = 0 }: Fault,
): Market {
  const status = (): MarketStatus => {
    const now = market.status();
    const lastBar = Math.floor((now.venueTime - lagMs) / MINUTE) * MINUTE - MINUTE;
    const venues = now.venues.map((one) =>
      one.venue !== "ibkr" ? one : {
        ...one,
        ...venue,
        streams: one.streams.map((each) => ({ ...each, lastBar, state: stream ?? each.state })),
      }
    );
    const from = now.venueTime - lagMs, reason = "TWS has lost its connection to IBKR. (code 1100)";
    const isDown = venue.state !== undefined;
    return {
      ...now,
      venues,
      streams: now.streams.map((each) => each.venue === "ibkr" ? { ...each, missing } : each),
      outages: isDown ? [{ venue: "ibkr", from, to: Infinity, reason }] : [],
    };
  };
  return new Proxy(market, {
    get: (target, name) => {
      if (name === "status") return status;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

async function withMarket(check: (market: Market) => void | Promise<void>): Promise<void> {
  const config = parseConfig({
    overrides: { source: "simulated", clock: { speed: 60 }, deribit: { enabled: false } },
  });
  await using market = await openMarket({}, { config });
  await until(() => market.status().state === "live", 10_000, "the market is live");
  await check(market);
}

/** The status line of a panel, as text. */
function lineOf(panel: Panel): string {
  const freshness = panel.freshness();
  const notes = freshness.troubles ?? [];
  const word = freshness.word ?? "live", beat = { kernel: "k", count: 1 };
  const silentSince = freshness.isStale ? freshness.lastAt : undefined;
  return statusLine({ panel: "p", word, freshness, beat, silentSince, notes }, THEME).text;
}

/** What the picture beside the interactive chart says of itself. */
async function stillOf(chart: Panel): Promise<string> {
  const part = chart.parts!.find(({ name }) => name === "still")!;
  const frame = await part.draw("id");
  assert.ok(frame !== undefined);
  return frame.text;
}

const DOWN: Fault = { venue: { state: "recovering", attempt: 5, reconnects: 5 }, stream: "stale" };
const SILENT: Fault = { venue: { state: "stale" }, stream: "stale" };

Deno.test("a panel's status line names the fault, whose it is, since when, and which data is old", () =>
  withMarket((market) => {
    const chart = panels.tradingView(broken(market, SILENT), { instruments: PAIR });
    const line = lineOf(chart);
    assert.match(
      line,
      /^was stale at 2025-12-03 [\d:]+ UTC · simulated data · newest data 2025-12-03 [\d:]+ UTC, ES [\d:]+ UTC · last message/,
    );
    assert.match(
      line,
      /IBKR has sent no data since [\d:]+ UTC: TWS has lost its connection to IBKR\. \(code 1100\)$/,
    );
    const frame = staleFrame({ html: "<b>1</b>", text: "one" }, chart.freshness(), THEME);
    assert.match(frame.text, /^STALE · ES · newest data 2025-12-03 [\d:]+ UTC · one$/);
    const down = panels.ticker(broken(market, DOWN)).freshness();
    assert.equal(down.overdue, "ES and NQ");
    assert.match(down.trouble!, /^IBKR has been down since/);
  }));

Deno.test("no panel shows an old price, or a correlation without new returns, as if it were of now", () =>
  withMarket(async (market) => {
    const down = broken(market, DOWN);
    const ticker = await panels.ticker(down).draw("id");
    assert.match(ticker.text, /ES [\d,.]+ [▲▼] [+−][\d.]+ % stale, to [\d:]+ UTC/);
    assert.doesNotMatch(ticker.text, /BTCUSDT [^·]*stale/);
    const chart = await panels.tradingView(down, { instruments: PAIR }).draw("id");
    assert.match(
      chart.text,
      /^BTC\/USDT.* [\d,.]+ · ES Futures.* [\d,.]+ \(stale, to [\d:]+ UTC\)/,
    );
    const still = await stillOf(panels.tradingView(down, { instruments: PAIR }));
    const [esOnly] = /ES Futures.*$/.exec(still)!;
    assert.match(esOnly, /last price [\d,.]+ (at [\d: -]+:00 UTC|\(stale, to [\d:]+ UTC\))/);
    const alone = await stillOf(panels.tradingView(down, { instruments: ["ES"] }));
    assert.match(
      alone,
      /Last update [\d-]+ \d\d:\d\d:00 UTC\.$/,
      "the end of a minute, not the present",
    );
    const picture = await panels.priceChart(down, { instruments: PAIR }).draw("id");
    const svg = atob(/base64,([^"]+)/.exec(picture.html)![1]!);
    assert.match(svg, /stale, to [\d:]+ UTC/);
    const pictured = svg.slice(svg.lastIndexOf("ES Futures"));
    assert.doesNotMatch(pictured, />forming</, "a bar in which nothing comes any more");
    const pair = { pair: "BTCUSDT/ES" };
    const table = await panels.correlationTable(down, pair).draw("id");
    assert.equal(
      table.text.match(/\d+ of \d+(, \d+ [a-z ]+)? · ES stale, to [\d:]+ UTC/g)?.length,
      4,
    );
    const lines = await panels.correlationChart(down, pair).draw("id");
    assert.match(lines.text, /Not of now: ES stale, to [\d:]+ UTC\./);
    const explorer = await panels.windowExplorer(down, pair).draw("id");
    assert.match(explorer.html, /ES stale, to [\d:]+ UTC/);
    const strip = await panels.measuresStrip(down, pair).draw("id");
    assert.match(strip.text, /^ES stale, to [\d:]+ UTC · BTC\/USDT VOL/);
    const forming = await panels.formingTable(down, { instruments: ["ES"] }).draw("id");
    assert.doesNotMatch(forming.text, /forming,/);
    for (const { html } of [ticker, chart, picture, table, lines, explorer, strip]) {
      assert.ok(html.length < 60_000, `${html.length} characters of HTML`);
    }
  }));

/** The same, with the data of one instrument 15 minutes late. */
function withDelayed(status: MarketStatus, id: string): MarketStatus {
  const venues = status.venues.map((venue) => ({
    ...venue,
    streams: venue.streams.map((stream) =>
      stream.instrument === id ? { ...stream, isDelayed: true } : stream
    ),
  }));
  return { ...status, venues };
}

Deno.test("a delayed price is grey in the charts, with the time it is of", () =>
  withMarket(async (market) => {
    const late = new Proxy(market, {
      get: (target, name) => {
        if (name === "sourceOf") return (id: string) => id === "ES" ? "delayed" : "live";
        if (name === "isDelayed") return (id: string) => id === "ES";
        if (name === "status") return () => withDelayed(target.status(), "ES");
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const panel = panels.tradingView(late, { instruments: PAIR });
    assert.match((await panel.draw("id")).text, /ES Futures.* [\d,.]+ \(delayed, to [\d:]+ UTC\)/);
    assert.match(lineOf(panel), /^was delayed at .* · delayed data · /);
  }));

Deno.test("fresh data carries no remark", () =>
  withMarket(async (market) => {
    const pair = { pair: "BTCUSDT/ES" };
    for (const panel of [panels.ticker(market), panels.correlationTable(market, pair)]) {
      assert.doesNotMatch((await panel.draw("id")).text, /stale|closed|silent|late|, to \d/);
    }
    assert.match(lineOf(panels.ticker(market)), /^was live at /);
  }));

Deno.test("a market that is shut is told, is no fault, and is not called live", () =>
  withMarket(async (market) => {
    const shut = broken(market, { stream: "closed", lagMs: 3 * 24 * 60 * MINUTE });
    const line = lineOf(panels.ticker(shut));
    assert.match(
      line,
      /^was part live at .*newest data 2025-12-03 [\d:]+ UTC, ES 2025-11-30 [\d:]+ UTC/,
    );
    assert.match(line, / · ES and NQ closed$/);
    assert.equal(panels.ticker(shut).freshness().isStale, false);
    assert.match(lineOf(panels.priceChart(shut, { instruments: ["ES"] })), /^was closed at /);
    const table = await panels.correlationTable(shut, { pair: "BTCUSDT/ES" }).draw("id");
    assert.match(table.text, / · ES closed, to 2025-11-30 [\d:]+ UTC/);
  }));

Deno.test("a silence that nobody can judge is called unknown, neither stale nor live", () =>
  withMarket(async (market) => {
    const silent = broken(market, { stream: "unknown" });
    const panel = panels.ticker(silent);
    assert.match(
      lineOf(panel),
      /^was unknown at .*ES and NQ are silent, and whether their market is open is not known\.$/,
    );
    assert.equal(panel.freshness().isStale, false);
    assert.match((await panel.draw("id")).text, /ES [^·]* silent, to [\d:]+ UTC/);
    const { text } = await panels.connectionTable(silent).draw("id");
    assert.match(text, /IBKR +live +ES +unknown/);
  }));

Deno.test("data that flows while its history is out is catching up, and says what it lacks", () =>
  withMarket((market) => {
    const fault = { venue: { state: "starting", reconnects: 1 }, lagMs: 0, missing: 5 } as const;
    const line = lineOf(panels.priceChart(broken(market, fault), { instruments: ["ES"] }));
    assert.match(line, /^was catching up at .* · ES lacks 5 minutes · /);
    assert.match(
      line,
      /IBKR was lost at [\d:]+ UTC and is back, data flows, its history is awaited/,
    );
  }));

Deno.test("an instrument without permission is failed, and no other's age passes for its own", () =>
  withMarket((market) => {
    const refused = broken(market, { stream: "failed" });
    for (
      const panel of [panels.tradingView(refused, { instruments: PAIR }), panels.ticker(refused)]
    ) {
      assert.match(lineOf(panel), /^was part live at .* · ES( and NQ)? failed/);
    }
    assert.match(lineOf(panels.priceChart(refused, { instruments: ["ES"] })), /^had failed at /);
    const pair = panels.windowExplorer(refused, { pair: PAIR.join("/") });
    assert.match(lineOf(pair), /^had failed at /, "a pair needs both");
  }));

Deno.test("tables of connections stay legible while these are down, and their ages go on", () =>
  withMarket((market) => {
    const { alignmentTable: _, ...all } = panels;
    for (
      const name of ["connectionTable", "journalTable", "coverageTable", "reportTable"] as const
    ) {
      assert.equal(all[name](market).tellsAge, true, name);
    }
    assert.ok(all.connectionTable(market).everyMs! <= 5_000);
  }));
