/** Funding of USD-M futures: from mark prices and history, whatever is missing, late, doubled or absurd in them. */
import assert from "node:assert/strict";
import { dueFundings, type FundingPayment, mergedFundings } from "../../../lib/model/funding.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { START, type UsdmBench, withUsdm } from "./usdm_bench.ts";

/** The funding before the start, and the one after. */
const BEFORE = Date.UTC(2025, 11, 3, 8), NEXT = Date.UTC(2025, 11, 3, 16);

type Row = { fundingTime: number; fundingRate: string };

/** Damages the answers of the history alone. */
function history(change: (rows: Row[]) => unknown[]) {
  return (path: string, text: string) =>
    path.endsWith("/fundingRate") ? JSON.stringify(change(JSON.parse(text))) : text;
}

const isAt = (time: number) => ({ fundingTime }: Row) => Math.abs(fundingTime - time) < MINUTE;

function paymentsOf({ of }: UsdmBench): readonly FundingPayment[] {
  return of("funding-payments").reduce(
    (known: readonly FundingPayment[], { payments }) => mergedFundings(known, payments),
    [],
  );
}

/** Rates that fell due in the hours before the start and since, null where they are not known. */
function ratesOf(bench: UsdmBench, to = START): (number | null)[] {
  return dueFundings(paymentsOf(bench), START - 15 * HOUR, to).map(({ rate }) => rate);
}

async function goLive({ feed, until, advance }: UsdmBench): Promise<void> {
  await until(() => feed.snapshot().state === "live", 10 * SECOND);
  await advance(10 * SECOND);
}

Deno.test("createBinanceFeed brings the funding before the start, the next one, and that one once it was paid", async () => {
  await withUsdm({ symbols: ["BTCUSDT", "ETHUSDT"] }, async (bench) => {
    await goLive(bench);
    const estimates = bench.of("funding-estimate");
    assert.deepEqual([...new Set(estimates.map(({ instrument }) => instrument))], [
      "BTCUSDT",
      "ETHUSDT",
    ]);
    const { rate, nextTime, indexPrice, time, markPrice } = estimates.at(-1)!.estimate;
    assert.deepEqual([rate, nextTime], [0.0001, NEXT]);
    assert.ok(indexPrice! > 0 && Math.abs(markPrice / indexPrice! - 1) < 0.001 && time < NEXT);
    assert.equal(paymentsOf(bench).length, 2, "16 hours before the minutes that are held");
    assert.deepEqual(ratesOf(bench), [0.0001, 0.0001]);
    const before = bench.of("funding-payments").length;
    await bench.advance(NEXT - START - bench.elapsed() - MINUTE);
    const asked = bench.of("funding-payments");
    assert.equal(asked.length, before, "nothing new before it is due");
    await bench.advance(2 * MINUTE);
    assert.equal(paymentsOf(bench).at(-1)!.time, NEXT);
    const perMinute = estimates.length + 2 * (2 * 60 + 5);
    assert.ok(bench.of("funding-estimate").length < perMinute, "once a minute, not each 3 s");
  });
});

Deno.test("funding is asked for as far back as minutes are wanted, and sixteen hours more", async () => {
  const backfillMs = 40 * DAY;
  await withUsdm({ backfillMs }, async (bench) => {
    await bench.until(() => bench.asked.some((url) => url.includes("/fundingRate?")), MINUTE);
    const [first] = bench.asked.filter((url) => url.includes("/fundingRate?"));
    const from = Number(new URL(first!).searchParams.get("startTime"));
    assert.ok(
      Math.abs(START - backfillMs - 16 * HOUR - from) < MINUTE,
      new Date(from).toISOString(),
    );
  });
});

Deno.test("funding that history leaves out is asked for again, and unknown until it comes", async () => {
  let isMissing = true;
  const damage = history((rows) => isMissing ? rows.filter((row) => !isAt(BEFORE)(row)) : rows);
  await withUsdm({ damage }, async (bench) => {
    await goLive(bench);
    assert.deepEqual(ratesOf(bench), [0.0001, null]);
    isMissing = false;
    await bench.until(() => ratesOf(bench)[1] === 0.0001, 2 * MINUTE);
  });
});

Deno.test("funding that history is late with is unknown when it fell due, and known when it comes", async () => {
  let lateUntil = Infinity;
  const damage = history((rows) => rows.filter((row) => !isAt(NEXT)(row)));
  const late = (path: string, text: string) => lateUntil > 0 ? damage(path, text) : text;
  await withUsdm({ damage: late }, async (bench) => {
    await bench.advance(NEXT - START + 5 * MINUTE);
    assert.deepEqual(ratesOf(bench, NEXT + 1).at(-1), null);
    lateUntil = 0;
    await bench.until(() => ratesOf(bench, NEXT + 1).at(-1) === 0.0001, 10 * MINUTE);
  });
});

Deno.test("funding that history says twice counts once, at two rates or an absurd one it is unknown", async () => {
  const doubled = history((rows) => [...rows, ...rows]);
  await withUsdm({ damage: doubled }, async (bench) => {
    await goLive(bench);
    assert.deepEqual(ratesOf(bench), [0.0001, 0.0001]);
    assert.equal(paymentsOf(bench).length, 2);
  });
  const other = (fundingRate: string) => (row: Row) =>
    isAt(BEFORE)(row) ? { ...row, fundingRate } : row;
  for (const fundingRate of ["7.5", "NaN", ""]) {
    await withUsdm({ damage: history((rows) => rows.map(other(fundingRate))) }, async (bench) => {
      await goLive(bench);
      assert.deepEqual(ratesOf(bench), [0.0001, null], fundingRate);
    });
  }
  const twoRates = history((rows) => [...rows, ...rows.filter(isAt(BEFORE)).map(other("0.002"))]);
  await withUsdm({ damage: twoRates }, async (bench) => {
    await goLive(bench);
    assert.deepEqual(ratesOf(bench), [0.0001, null]);
  });
});

Deno.test("an answer that is no history, and refusals, leave funding unknown and the stream alone", async () => {
  let isBroken = true;
  const damage = (path: string, text: string) =>
    isBroken && /fundingRate|premiumIndex/.test(path) ? "<html>" : text;
  await withUsdm({ damage }, async (bench) => {
    await goLive(bench);
    await bench.advance(3 * MINUTE);
    assert.deepEqual(ratesOf(bench), [null, null]);
    assert.equal(bench.feed.snapshot().state, "live");
    assert.deepEqual(bench.of("failure"), []);
    assert.ok(bench.of("funding-estimate").length > 0, "mark prices say it too");
    isBroken = false;
    await bench.until(() => ratesOf(bench)[1] === 0.0001, 10 * MINUTE);
  });
});
