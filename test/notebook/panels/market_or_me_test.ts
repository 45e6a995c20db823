/** Whether the connections and the log say whose fault a silence is, with faults of the simulated venues. */
import assert from "node:assert/strict";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import type { Market } from "../../../lib/market/market.ts";
import { connectionTable } from "../../../lib/notebook/panels/connection_table.ts";
import { journalTable } from "../../../lib/notebook/panels/journal_table.ts";
import { until } from "../../support/simulated_market.ts";

const SPEED = 30;
/** A machine that is busy with other tests takes long. */
const PATIENCE_MS = 30_000;

function open(start?: string): Promise<Market> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: SPEED },
      data: { backfillHours: 1 },
      deribit: { enabled: false },
      ...(start === undefined ? {} : { simulator: { start } }),
    },
  });
  return openMarket({}, { config });
}

const health = async (market: Market) => (await connectionTable(market).draw("health")).text;
const log = async (market: Market) => (await journalTable(market, { rows: 60 }).draw("log")).text;

Deno.test("a venue that refuses is named with its reason while the other delivers, and both logs go on to the mend", async () => {
  await using market = await open();
  const isLive = () => market.status().state === "live";
  await until(isLive, PATIENCE_MS, "all streams deliver");
  assert.match(await health(market), /All streams deliver/);
  // For two venue minutes nobody gets in.
  market.simulator!.tws.refuse(2 * 60_000);
  const isBroken = () => market.status().state === "degraded";
  await until(isBroken, PATIENCE_MS, "IBKR is missed");
  const text = await health(market);
  assert.match(text, /Some streams do not deliver/);
  assert.match(text, /IBKR has been down since .* UTC: /);
  assert.doesNotMatch(text, /IBKR +live/);
  assert.match(text, /ES +stale/);
  assert.match(text, /Binance +live +BTC\/USDT +live/, "what delivers is not blamed");
  await until(isLive, PATIENCE_MS, "IBKR is back");
  assert.match(await health(market), /IBKR +live .*ES +live/);
  const past = await log(market);
  assert.match(past, /IBKR +▲? ?warning +live → recovering/);
  assert.match(past, /IBKR +info +starting → live/);
});

Deno.test("both venues silent is no data from any, and not a quiet market", async () => {
  await using market = await open();
  await until(() => market.status().state === "live", PATIENCE_MS, "all streams deliver");
  const { tws, binance } = market.simulator!;
  tws.stall(10 * 60_000);
  binance.stall(10 * 60_000);
  await until(() => market.status().state === "down", PATIENCE_MS, "nothing comes");
  const text = await health(market);
  assert.match(text, /NO DATA from any venue/);
  assert.match(text, /Binance has (sent no data|been down) since/);
  assert.match(text, /IBKR has (sent no data|been down) since/);
});

Deno.test("a shut market is nobody's fault", async () => {
  // A Saturday: futures rest, coins do not.
  await using market = await open("2025-12-06T15:00:00Z");
  await until(() => market.status().state === "live", PATIENCE_MS, "coins deliver");
  const text = await health(market);
  assert.match(text, /All open streams deliver/);
  assert.match(text, /ES and NQ: their markets are shut\./);
  assert.match(text, /ES +closed/);
  assert.doesNotMatch(text, /down since|stale|NO DATA/);
});
