/** Funding from the simulated venue to the market, its export, the API and the panels of a pair. */
import assert from "node:assert/strict";
import { ApiServer } from "../../lib/api/api_server.ts";
import { type Config, parseConfig } from "../../lib/feeds/config.ts";
import { exportMarket } from "../../lib/market/market_export.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import type { Market } from "../../lib/market/market.ts";
import { fundingHour, type FundingPayment, LONGEST_FUNDING_MS } from "../../lib/model/funding.ts";
import { HOUR } from "../../lib/model/time.ts";
import { pairChart } from "../../lib/notebook/panels/pair_chart.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { upgradeToSocket } from "../../lib/runtime/web_server.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { until } from "../support/simulated_market.ts";
import { SteadyClock } from "../support/steady_clock.ts";

const PERPETUAL = "BTCUSDT@usdm";
const OVERRIDES = {
  source: "simulated",
  clock: { speed: 60 },
  data: { backfillHours: 26 },
  binance: { symbols: ["ETHUSDT"] },
  usdm: { symbols: ["BTCUSDT", "ETHUSDT"] },
  ibkr: { futures: [] },
  deribit: { enabled: false },
} as const;
const CONFIG = parseConfig({ overrides: OVERRIDES });

async function withFundings(
  body: (market: Market) => Promise<void>,
  config: Config = CONFIG,
): Promise<void> {
  using clock = new SteadyClock();
  await using market = await openMarket({}, { config, clock });
  const ids = market.instruments.map(({ id }) => id);
  const isIn = () =>
    ids.every((id) => market.isBackfilled(id)) && market.latest !== undefined &&
    market.funding(PERPETUAL).payments.length > 0 &&
    market.funding(PERPETUAL).estimate !== undefined;
  await until(isIn, 30_000, "history and funding are in", clock);
  await body(market);
}

Deno.test("a market knows what its perpetuals paid and will pay, as the simulated venue has it", async () => {
  await withFundings(async (market) => {
    const { truth } = market.simulator!;
    const { estimate, payments } = market.funding(PERPETUAL);
    assert.deepEqual(market.funding("ETHUSDT"), { estimate: undefined, payments: [] });
    assert.ok(payments.length >= 3, `${payments.length} payments`);
    for (const { time, rate } of payments) {
      // The mean premium of the eight hours before, and what interest adds to it.
      const premiums = Array.from(
        { length: 16 },
        (_, half) => truth.premium!(PERPETUAL, time - LONGEST_FUNDING_MS + half * HOUR / 2) - 1,
      );
      const mean = premiums.reduce((sum, one) => sum + one, 0) / premiums.length;
      const expected = mean + Math.min(5e-4, Math.max(-5e-4, 1e-4 - mean));
      assert.ok(Math.abs(rate! - expected) < 1e-8, `${rate} and ${expected}`);
    }
    assert.equal(estimate!.nextTime! % LONGEST_FUNDING_MS, 0);
    assert.equal(fundingHour(estimate!.nextTime!), estimate!.nextTime);

    await withTempFolder(async (dir) => {
      const names = await exportMarket(market, dir, { files: systemFiles });
      assert.ok(
        names.includes(`funding_${PERPETUAL}.csv`) && !names.includes("funding_ETHUSDT.csv"),
      );
      const [head, ...rows] = (await Deno.readTextFile(`${dir}/funding_${PERPETUAL}.csv`))
        .trim().split("\n");
      assert.equal(head, "time,rate,markPrice");
      assert.equal(rows.length, 3, "of 26 hours");
      for (const line of rows) {
        const [time, rate, mark] = line.split(",").map(Number);
        const paid = payments.find((one) => one.time === time)!;
        assert.deepEqual([rate, mark], [paid.rate, paid.markPrice]);
      }
    });

    const api = new ApiServer({
      ...{ market, config: CONFIG, store: undefined, clock: systemClock, log: silentLog },
      ...{ address: () => ({ host: "127.0.0.1", port: 80 }), upgrade: upgradeToSocket },
      token: "a-token",
    });
    const get = async (path: string) => {
      const request = new Request(`http://127.0.0.1/api/v1${path}`, {
        headers: { host: "127.0.0.1" },
      });
      const reply = await api.handle(request, "127.0.0.1");
      return { status: reply.status, body: await reply.json() };
    };
    const { status, body } = await get(`/funding/${PERPETUAL}`);
    assert.equal(status, 200);
    assert.deepEqual(body.columns, ["time", "rate", "markPrice"]);
    assert.equal(body.data.length, 3);
    assert.deepEqual(
      body.data.map(([time, rate]: number[]) => [time, rate]),
      payments.slice(-3).map(({ time, rate }) => [time, rate]),
    );
    assert.equal(body.next.nextTime, market.funding(PERPETUAL).estimate!.nextTime);
    const [[first]] = body.data;
    const later = await get(`/funding/${PERPETUAL}?from=${first + 1}`);
    assert.equal(later.body.data.length, 2);
    const file = await get(`/exports/funding?symbol=${PERPETUAL}&format=json`);
    assert.equal(file.status, 200);
    const times = file.body.data.map(([time]: [number]) => time);
    assert.deepEqual(times.slice(-3), payments.slice(-3).map(({ time }) => time));
    assert.equal((await get("/exports/funding?symbol=ETHUSDT")).status, 404);
    assert.equal((await get("/funding/ETHUSDT")).status, 409);
    assert.equal((await get("/funding/XYZ")).status, 404);
    api.close();
  });
});

Deno.test("panels of a pair say the next funding of each perpetual, and nothing of what has none", async () => {
  await withFundings(async (market) => {
    const draw = async (pair: string) => (await pairChart(market, { pair }).draw("a")).text;
    assert.match(
      await draw("BTCUSDT@usdm/ETHUSDT@usdm"),
      /; next funding of BTC\/USDT .*[+−]0\.0\d{3} % at (?:\d{4}-\d\d-\d\d )?(00|08|16):00 UTC, as of [\d :-]+ UTC, of ETH\/USDT/,
    );
    const one = await draw("BTCUSDT@usdm/ETHUSDT");
    assert.match(one, /next funding of BTC/);
    assert.doesNotMatch(one, /, of ETH/);
  });
});

Deno.test("what perpetuals paid is stored as it came, and is there again without a feed", async () => {
  await withTempFolder(async (folder) => {
    const store = { kind: "sqlite" as const, path: `${folder}/s.db` };
    const config = parseConfig({ overrides: { ...OVERRIDES, store } });
    let paid: readonly FundingPayment[] = [];
    await withFundings((market) => {
      paid = market.funding(PERPETUAL).payments;
      return Promise.resolve();
    }, config);
    assert.ok(paid.length >= 3);
    const stored = parseConfig({ overrides: { source: "store", store } });
    await using market = await openMarket({}, { config: stored });
    const again = market.funding(PERPETUAL).payments;
    assert.deepEqual(again.slice(0, paid.length), paid, "one may have been paid at the end");
    assert.deepEqual(market.funding("ETHUSDT").payments, []);
  });
});
