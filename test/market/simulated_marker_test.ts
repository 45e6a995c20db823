import assert from "node:assert/strict";
import { machineOutside, type Outside } from "../../lib/feeds/outside.ts";
import { saysSimulated } from "../../lib/feeds/source_label.ts";
import { correlationText } from "../../lib/cli/correlation_text.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import type { Market } from "../../lib/market/market.ts";
import type { MarketEvent } from "../../lib/market/market_event.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import * as panels from "../../lib/notebook/panels/mod.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { systemRandom } from "../../lib/runtime/random.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const SPEED = 120;

/** What is followed, by itself, and the YAML that says so. */
const WAYS: Readonly<Record<string, string>> = {
  "IBKR": "binance: { symbols: [] }",
  "Binance spot": "ibkr: { futures: [] }\nbinance: { symbols: [BTCUSDT, ETHUSDT] }",
  "USD-M as a venue of its own":
    "ibkr: { futures: [] }\nbinance: { symbols: [] }\nusdm: { symbols: [BTCUSDT, ETHUSDT] }",
  "Binance USD-M": "ibkr: { futures: [] }\nbinance: { market: usdm, symbols: [BTCUSDT, ETHUSDT] }",
};

/** A market configured as live, on servers of our own; whatever hosts there are besides. */
async function withLive(
  yaml: string,
  body: (
    market: Market,
    events: readonly MarketEvent[],
    warnings: readonly string[],
  ) => Promise<void>,
  outside?: () => Outside,
): Promise<void> {
  const truth = createMarketModel({ seed: 9, from: START - 2 * DAY });
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    speed: SPEED,
  });
  const web = `127.0.0.1:${venues.binance.port}`;
  const config = parseConfig({
    yaml,
    overrides: {
      source: "live",
      clock: { speed: SPEED },
      data: { backfillHours: 2 },
      ibkr: { host: "127.0.0.1", port: venues.tws.port },
      binance: { streamUrl: `ws://${web}`, restUrl: `http://${web}` },
      deribit: { url: `ws://127.0.0.1:${venues.server("deribit").port}/ws/api/v2` },
      usdm: { streamUrl: `ws://${web}`, restUrl: `http://${web}` },
    },
  });
  const events: MarketEvent[] = [];
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const market = await openMarket({}, {
    config,
    log: () => ({ ...silentLog, warn }),
    ...(outside === undefined ? {} : { outside: () => Promise.resolve(outside()) }),
    onEvent: (event) => void events.push(event),
  });
  try {
    await body(market, events, warnings);
  } finally {
    await market.close();
    await venues.close();
  }
}

for (const [way, yaml] of Object.entries(WAYS)) {
  Deno.test(`data of our own server is labelled simulated everywhere, though opened as live: ${way}`, () =>
    withLive(yaml, async (market, events) => {
      await until(
        () => events.some(({ kind }) => kind === "minute") && market.correlation().length > 0,
        20_000,
        market.status().message,
      );
      assert.equal(market.source, "simulated");
      const { streams, message, source } = market.status();
      assert.equal(source, "simulated");
      assert.match(message, /\(simulated data\)/);
      assert.doesNotMatch(message, /clock/, "a simulator lives in another year");
      for (const { instrument, label, isDelayed } of streams) {
        assert.deepEqual([label, isDelayed], ["simulated", false], instrument);
        assert.equal(market.sourceOf(instrument), "simulated");
        const bars = market.bars(instrument);
        assert.ok(bars.length > 60, `${instrument}: ${bars.length}`);
        assert.deepEqual([...new Set(bars.map((bar) => bar.source))], ["simulated"], instrument);
        assert.equal(market.forming(instrument)?.source ?? "simulated", "simulated");
      }
      for (const event of events) {
        if (event.kind === "label") assert.equal(event.source, "simulated");
        if (event.kind === "forming") assert.equal(event.bar.source, "simulated");
      }
      const rows = market.correlation();
      assert.ok(rows.every(({ estimate }) => estimate.source === "simulated"));
      const table = correlationText(rows, { openTime: START, source: "live" });
      assert.match(table, /, simulated data:/);
      assert.doesNotMatch(table, /live/);
      for (const panel of [panels.ticker(market), panels.tradingView(market)]) {
        assert.match((await panel.draw("id")).text, /simulated/i);
      }
      await withTempFolder(async (dir) => {
        await exportMarket(market, dir, { files: systemFiles, events: [] });
        const coverage = JSON.parse(await Deno.readTextFile(`${dir}/coverage.json`));
        assert.equal(coverage.source, "simulated");
        const { id } = market.instruments[0]!;
        const [, ...lines] = (await Deno.readTextFile(`${dir}/bars_${id}_1m.csv`)).trim()
          .split("\n");
        assert.ok(lines.length > 60 && lines.every((line) => line.endsWith(",simulated")));
      });
    }));
}

Deno.test("every venue labels its data, Deribit's index too, before any of it comes", async () => {
  const yaml = "ibkr: { futures: [{ symbol: ES, exchange: CME }] }";
  await withLive(yaml, async (market, events, warnings) => {
    await until(
      () => market.instruments.every(({ id }) => market.bars(id).length > 60),
      20_000,
      market.status().message,
    );
    assert.ok(market.bars("ES").every((bar) => bar.source === "simulated"));
    const labels = events.filter((event) => event.kind === "label");
    assert.deepEqual(
      new Set(labels.map(({ instrument }) => instrument)),
      new Set(["ES", "BTCUSDT", "DVOL"]),
    );
    const first = events.findIndex((event) => event.kind === "bar" || event.kind === "forming");
    const labelled = events.findIndex((event) => event.kind === "label");
    assert.ok(labelled < first, "the label comes before any data");
    assert.doesNotMatch(warnings.join("\n"), /local clock/, "a simulator lives in another year");
  });
});

/** The machine's network without the headers that say what is simulated: servers behind it seem real. */
function unmarked(): Outside {
  const outside = machineOutside(systemClock, systemRandom);
  return {
    ...outside,
    httpGet: async (url, options) => ({ ...await outside.httpGet(url, options), headers: {} }),
    openWebSocket: (url, handlers) =>
      outside.openWebSocket(url, {
        onOpen: () => handlers.onOpen({ headers: {} }),
        onText: (text) => handlers.onText(text),
        onEnd: (end) => handlers.onEnd(end),
      }),
  };
}

Deno.test("a market of which one venue alone says that it is simulated is live, and labels that one", async () => {
  const yaml = "ibkr: { futures: [{ symbol: ES, exchange: CME }] }\nderibit: { enabled: false }";
  await withLive(yaml, async (market) => {
    await until(
      () => market.instruments.every(({ id }) => market.bars(id).length > 60),
      20_000,
      market.status().message,
    );
    assert.equal(market.source, "live");
    const sources = (id: string) => [...new Set(market.bars(id).map(({ source }) => source))];
    assert.deepEqual([sources("BTCUSDT"), sources("ES")], [["live"], ["simulated"]]);
    const rows = market.correlation();
    assert.deepEqual(rows.map(({ estimate }) => estimate.source), ["simulated"], "the lesser side");
    const table = correlationText(rows, { openTime: START, source: market.source });
    assert.match(table, /, simulated data:/);
    await until(() => market.status().state === "live", 10_000, market.status().message);
    assert.match(market.status().message, /\(live data\).*local clock.* of Binance/);
    assert.doesNotMatch(market.status().message, /of IBKR/);
  }, unmarked);
});

Deno.test("saysSimulated goes by the header alone", () => {
  assert.ok(saysSimulated({ "x-comove-simulated": "1" }));
  assert.ok(!saysSimulated({ "x-comove-simulated": "0" }));
  assert.ok(!saysSimulated({ host: "127.0.0.1:9080" }));
  assert.equal(MINUTE, 60_000);
});
