import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import type { Market } from "../../../lib/market/market.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import * as panels from "../../../lib/notebook/panels/mod.ts";
import { priceDecimals } from "../../../lib/notebook/panels/price_decimals.ts";
import { until } from "../../support/simulated_market.ts";

/** Decimals of each tick, or of what the coin is quoted in. */
const DECIMALS = { BTCUSDT: 2, DOGEUSDT: 5, ES: 2, YM: 0, MGC: 1, DVOL: 2 };

async function withMarket(body: (market: Market) => Promise<void>): Promise<void> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 60 },
      binance: { symbols: ["BTCUSDT", "DOGEUSDT"] },
      ibkr: {
        futures: [
          { symbol: "ES", exchange: "CME" },
          { symbol: "YM", exchange: "CBOT" },
          { symbol: "MGC", exchange: "COMEX" },
        ],
      },
      data: { backfillHours: 24 },
    },
  });
  await using market = await openMarket({}, { config });
  await until(
    () => Object.keys(DECIMALS).every((id) => market.bars(id).length > 1_300),
    20_000,
    market.status().message,
  );
  await body(market);
}

Deno.test("every panel writes prices with thousands and the decimals of the product's tick", () =>
  withMarket(async (market) => {
    for (const [id, decimals] of Object.entries(DECIMALS)) {
      assert.equal(priceDecimals(market, id), decimals, id);
    }
    const ticker = (await panels.ticker(market).draw("id")).text.split(" · ");
    const summary = (await panels.marketSummary(market).draw("id")).text.split("\n");
    const forming = (await panels.formingTable(market).draw("id")).text.split("\n");
    for (const [id, decimals] of Object.entries(DECIMALS)) {
      const label = `${id.replace("USDT", "/USDT")} `;
      const price = `(\\d{1,3},)*\\d{1,3}${decimals === 0 ? "" : `\\.\\d{${decimals}}`}`;
      const lineOf = (lines: readonly string[]) => lines.find((line) => line.startsWith(label))!;
      assert.match(lineOf(ticker), new RegExp(`^${label}${price} [▲▼]`));
      assert.match(lineOf(summary), new RegExp(` UTC +${price} +[+−]`));
      assert.match(lineOf(forming), new RegExp(`( +${price}){4} `));
    }
    const aligned = await panels.alignedTable(market).draw("id");
    assert.match(aligned.text, /\n[\d-]+ \d\d:\d\d +\d\d,\d{3}\.\d\d +[+−]\d.*? +0\.\d{5} +[+−]/);
    const instruments = Object.keys(DECIMALS);
    const picture = await panels.priceChart(market, { instruments }).draw("id");
    assert.match(picture.text, /YM Futures.*last price \d\d,\d{3} at /);
    assert.match(picture.text, /DOGE\/USDT.*last price 0\.\d{5} at /);
  }));

Deno.test("tables group thousands in every count, and name venues and instruments by their titles", () =>
  withMarket(async (market) => {
    const coverage = await panels.coverageTable(market).draw("id");
    const summary = await panels.marketSummary(market).draw("id");
    const report = await panels.reportTable(market).draw("id");
    for (const { text } of [coverage, summary, report]) {
      assert.match(text, / 1,[34]\d\d /);
      assert.doesNotMatch(text.replaceAll(/\d{4}-\d\d-\d\d/g, ""), /(?<![\d,.])\d{4,}/);
    }
    assert.match(summary.text, /BTC\/USDT +spot via Binance /);
    assert.match(summary.text, /ES +CME via IBKR /);
    assert.match(summary.text, /DVOL +Deribit {2}/);
    const log = await panels.journalTable(market, { rows: 40 }).draw("id");
    const sources = log.text.split("\n").map((line) => /^[\d-]+ [\d:]+ +(\S+)/.exec(line)?.[1]);
    assert.ok(sources.includes("IBKR") && sources.includes("Binance"), `${sources}`);
    assert.ok(
      !sources.some((name) =>
        /^(ibkr|binance|deribit|.*USDT)$/.test(name ?? "") && !name!.includes("/")
      ),
    );
  }));
