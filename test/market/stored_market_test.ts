import assert from "node:assert/strict";
import { TradeCounts } from "../../lib/cli/trade_counts.ts";
import { FILE_VENUE } from "../../lib/calendar/instrument_calendar.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { instrumentLabel } from "../../lib/market/instrument_label.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { marketFreshness } from "../../lib/market/market_freshness.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { FundingPayment } from "../../lib/model/funding.ts";
import type { Instrument, Source } from "../../lib/model/instrument.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { LIGHT } from "../../lib/charts/theme.ts";
import { statusLine } from "../../lib/notebook/status_line.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import { barColumnsOf } from "../../lib/store/bar_columns.ts";
import { openStore } from "../../lib/store/open_store.ts";
import type { DataKind } from "../../lib/store/store.ts";
import { storeOf } from "../../lib/store/store_of.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { withTempFolder } from "../support/temp_folder.ts";

/** A Wednesday's morning in New York: ES trades. */
const START = Date.UTC(2025, 11, 3, 14, 0);
const MINUTES = 300;

const BTC: Instrument = {
  id: "BTCUSDT",
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
};
const PERPETUAL: Instrument = {
  id: "BTCUSDT@usdm",
  venue: "usdm",
  kind: "crypto",
  exchange: "usdm",
  currency: "USDT",
};
const ES: Instrument = {
  id: "ES",
  venue: "ibkr",
  kind: "future",
  exchange: "CME",
  currency: "USD",
};
const OWN: Instrument = {
  id: "MYCOIN",
  venue: FILE_VENUE,
  kind: "crypto",
  exchange: "",
  currency: "USD",
};

interface Series {
  readonly instrument: Instrument;
  readonly source: Source;
  readonly from?: number;
  readonly minutes?: number;
  /** Minutes that are not stored. */
  readonly holes?: readonly number[];
}

/** A store with a random walk of each. */
async function storeWith(path: string, dataKind: DataKind, all: readonly Series[]) {
  const store = await openStore({ kind: "sqlite", path, dataKind });
  for (const { instrument, source, from = START, minutes = MINUTES, holes = [] } of all) {
    let price = 100, state = 7;
    const bars = Array.from({ length: minutes }, (_, i) => {
      state = (state * 1_103_515_245 + 12_345 + instrument.id.length) % 2_147_483_648;
      const open = price;
      price *= 1 + (state / 2_147_483_648 - 0.5) / 100;
      return {
        openTime: from + i * MINUTE,
        open,
        high: Math.max(open, price),
        low: Math.min(open, price),
        close: price,
        volume: 1,
        closed: true,
        revision: 0,
        source: source as "live",
      };
    }).filter((_, i) => !holes.includes(i));
    for (let at = 0; at < bars.length; at += 1_000) {
      const part = bars.slice(at, at + 1_000);
      await store.write({
        instruments: [instrument],
        bars: [{ instrument: instrument.id, stepMs: MINUTE, bars: barColumnsOf(part) }],
        coverage: part.map(({ openTime }) => ({
          instrument: instrument.id,
          stepMs: MINUTE,
          from: openTime,
          to: openTime + MINUTE,
          state: "complete",
          reason: "",
        })),
      });
    }
  }
  await store.close();
}

const configOf = (path: string) =>
  parseConfig({ overrides: { source: "store", store: { kind: "sqlite", path } } });

Deno.test("source: store shows what is stored without a feed, labelled as what it is and never as live", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    await storeWith(path, "live", [
      { instrument: ES, source: "live" },
      { instrument: BTC, source: "imported", holes: [100, 101] },
      { instrument: OWN, source: "imported" },
    ]);
    await using market = await openMarket({}, { config: configOf(path) });
    assert.deepEqual(market.instruments.map(({ id }) => id), ["BTCUSDT", "ES", "MYCOIN"]);
    assert.equal(market.source, "stored");
    assert.deepEqual(market.instruments.map(({ id }) => market.sourceOf(id)), [
      "imported",
      "stored",
      "imported",
    ]);
    assert.equal(market.venueTime, START + MINUTES * MINUTE);
    const { message, state } = market.status();
    assert.equal(state, "stored");
    assert.equal(
      message,
      "No feed: stored (imported) data of BTC/USDT and MYCOIN, stored (live) data of ES, to 2025-12-03 19:00:00 UTC.",
    );
    assert.equal(market.bars("ES").length, MINUTES);
    assert.equal(market.bars("ES")[0]!.source, "live", "what the bar rests on is kept");
    assert.deepEqual(market.coverage("BTCUSDT").missing, [{
      from: START + 100 * MINUTE,
      to: START + 102 * MINUTE,
      minutes: 2,
      reason: "nothing is stored",
    }]);
    const pairs = market.correlation({ timeframe: "1m", window: 60 });
    assert.equal(pairs.length, 3);
    for (const { pair, estimate } of pairs) {
      assert.equal(estimate.kind, "ok", pair);
      assert.notEqual(estimate.source, "live");
    }
    assert.equal(market.correlationSeries({ pair: "BTCUSDT/ES", window: 30 }).length, MINUTES);
    assert.equal(instrumentLabel(OWN), "MYCOIN (from a file)");
    const fresh = marketFreshness(market, ["BTCUSDT", "ES"]);
    assert.deepEqual([fresh.word, fresh.isStale, fresh.trouble], ["stored", false, undefined]);
    assert.throws(() => market.follow("ETHUSDT"), /no feed runs/);
    assert.throws(() => market.unfollow("ES"), /no feed runs/);
    const reader = await storeOf(market)!.reader();
    assert.equal((await reader!.instruments()).length, 3);
  });
});

Deno.test("source: store says that rules are not judged, and to when each is stored", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    await storeWith(path, "live", [{ instrument: ES, source: "live" }]);
    const warned: unknown[] = [];
    const warn = (message: string, fields?: object) => void warned.push(message, fields);
    const rule = { name: "high", metric: "price", of: "ES", fire: "above 1" };
    const config = parseConfig({
      yaml: JSON.stringify({
        source: "store",
        store: { kind: "sqlite", path },
        alerts: { rules: [rule] },
      }),
    });
    await using market = await openMarket({}, { config, log: () => ({ ...silentLog, warn }) });
    assert.match(`${warned[0]}`, /^Rules are not judged with source: store/);
    assert.deepEqual(warned[1], { rules: ["high"] });
    assert.equal(
      new TradeCounts().line(market.status()),
      "2025-12-03 19:00:00 UTC stored, stored · ES to 2025-12-03 19:00:00 UTC",
    );
  });
});

Deno.test("every panel and the export work on what is stored, and nothing says live", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    await storeWith(path, "live", [
      { instrument: ES, source: "live" },
      { instrument: BTC, source: "imported" },
      { instrument: OWN, source: "imported" },
    ]);
    await using market = await openMarket({}, { config: configOf(path) });
    const made = [
      panels.priceChart(market, { instruments: ["ES"] }),
      panels.priceChart(market, { instruments: ["MYCOIN"] }),
      panels.correlationChart(market, { pair: "BTCUSDT/ES" }),
      panels.correlationTable(market),
      panels.coverageChart(market),
      panels.coverageTable(market),
      panels.alignedTable(market),
      panels.connectionTable(market),
      panels.journalTable(market),
      panels.measuresStrip(market),
      panels.ticker(market),
      panels.tradingView(market, { instruments: ["BTCUSDT"] }),
      panels.windowExplorer(market, { pair: "BTCUSDT/ES" }),
      panels.reportTable(market),
      panels.flagsTable(market),
    ];
    for (const panel of made) {
      const { html, text } = await panel.draw("p");
      assert.ok(html.length > 20 && text.length > 0);
      // Of which kind what is stored is, is said in brackets alone.
      assert.doesNotMatch(text.replaceAll("stored (live) data", ""), /\blive\b/i, text);
      assert.doesNotMatch(html, />LIVE</);
      const freshness = panel.freshness(), beat = { kernel: "k", count: 1 };
      const word = freshness.word ?? "live";
      const line = statusLine({ panel: "p", word, freshness, beat, notes: [] }, LIGHT).text;
      assert.match(
        line,
        /^stored · stored \((live|imported|live and imported)\) data · newest data 2025-12-03 1[89]:\d\d:\d\d UTC.* · no feed$/,
        line,
      );
    }
    const names = await exportMarket(market, `${folder}/out`);
    assert.ok(names.includes("bars_MYCOIN_1m.csv") && names.includes("correlation.csv"));
    const bars = await Deno.readTextFile(`${folder}/out/bars_MYCOIN_1m.csv`);
    assert.equal(bars.trim().split("\n").length, MINUTES + 1);
    const manifest = JSON.parse(await Deno.readTextFile(`${folder}/out/manifest.json`));
    assert.deepEqual([manifest.source, manifest.stored], [
      "stored",
      { kind: "imported and live", to: START + MINUTES * MINUTE },
    ]);
  });
});

Deno.test("source: store knows what was paid of a perpetual, and what another process stores of it meanwhile", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    const series = [{ instrument: PERPETUAL, source: "live" as const }, {
      instrument: BTC,
      source: "live" as const,
    }];
    await storeWith(path, "live", series);
    const paid = (hour: number, rate: number | null) => ({
      time: Date.UTC(2025, 11, 3, hour),
      rate,
      markPrice: 97_000,
    });
    const writing = async (payments: readonly FundingPayment[]) => {
      const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
      await store.write({ fundings: [{ instrument: PERPETUAL.id, payments }] });
      await store.close();
    };
    await writing([paid(0, 3e-4), paid(8, null), paid(16, -1e-4)]);
    const clock = new ManualClock();
    await using market = await openMarket({}, { config: configOf(path), clock });
    const { estimate, payments } = market.funding(PERPETUAL.id);
    assert.equal(estimate, undefined);
    assert.deepEqual(payments, [paid(0, 3e-4), paid(8, null), paid(16, -1e-4)]);
    assert.deepEqual(market.funding("BTCUSDT").payments, []);
    const names = await exportMarket(market, `${folder}/out`);
    assert.ok(names.includes(`funding_${PERPETUAL.id}.csv`), `${names}`);
    const csv = await Deno.readTextFile(`${folder}/out/funding_${PERPETUAL.id}.csv`);
    assert.equal(csv, `time,rate,markPrice\n${Date.UTC(2025, 11, 3, 16)},-0.0001,97000\n`);
    const seen: number[] = [];
    market.onEvent((event) => {
      if (event.kind === "funding-payments") seen.push(...event.payments.map(({ time }) => time));
    });
    await writing([paid(17, 2e-4)]);
    for (let look = 0; look < 3; look++) {
      await clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(seen, [Date.UTC(2025, 11, 3, 17)], "only what is new, and once");
    assert.equal(market.funding(PERPETUAL.id).payments.length, 4);
  });
});

Deno.test("a backtest on what is stored pays its funding, and counts what is not known of it", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    const minutes = 26 * 60;
    await storeWith(path, "live", [
      { instrument: PERPETUAL, source: "live", minutes },
      { instrument: BTC, source: "live", minutes },
    ]);
    const backtest = async () => {
      await using market = await openMarket({}, { config: configOf(path) });
      const panel = panels.backtestPanel(market, {
        pair: `${PERPETUAL.id}/BTCUSDT`,
        timeframe: "1m",
        days: 3,
        windows: [60],
        entries: [0.5],
        exit: 0,
        train: 240,
        test: 120,
        feeBp: 0,
        slippageBp: 0,
      });
      return (await panel.draw("b")).text;
    };
    const unpaid = await backtest();
    assert.match(unpaid, /not known/);
    const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
    const payments = [8, 16, 24, 32, 40].map((hour) => ({
      time: Date.UTC(2025, 11, 3, hour),
      rate: 0.01,
      markPrice: null,
    }));
    await store.write({ fundings: [{ instrument: PERPETUAL.id, payments }] });
    await store.close();
    const paid = await backtest();
    assert.match(paid, /of funding/);
    assert.notEqual(paid, unpaid);
  });
});

Deno.test("instruments whose data lie years apart stand side by side", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/s.db`;
    await storeWith(path, "live", [
      { instrument: ES, source: "live" },
      { instrument: BTC, source: "imported", from: START - 700 * DAY },
    ]);
    await using market = await openMarket({}, { config: configOf(path) });
    assert.equal(market.bars("BTCUSDT").length, MINUTES);
    assert.equal(market.bars("ES").length, MINUTES);
    assert.equal(market.latest?.bars.get("ES")?.openTime, START + (MINUTES - 1) * MINUTE);
  });
});

Deno.test("source: store needs a store that is there, and a kind that outlives a run", async () => {
  await withTempFolder(async (folder) => {
    await assert.rejects(
      openMarket({}, { config: configOf(`${folder}/none.db`) }),
      /There is no store at .*none\.db/,
    );
  });
  await assert.rejects(
    openMarket({ source: "store" }),
    /store\.kind must be sqlite or postgres with source: store/,
  );
});
