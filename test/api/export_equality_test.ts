/** The API's numbers against the files that `stream --export` writes of the same market. */
import assert from "node:assert/strict";
import { exportMarket } from "../../lib/market/market_export.ts";
import { floorTo, HOUR, MINUTE } from "../../lib/model/time.ts";
import { until } from "../support/simulated_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { serveStored } from "./stored_api.ts";

function csvRows(text: string): string[][] {
  const [head, ...rows] = text.trim().split("\n").map((line) => line.split(","));
  return [head!, ...rows];
}

/** A cell of an answer as a file has it. */
const cell = (value: unknown) => value === null ? "" : `${value}`;

function tableOf({ columns, data }: { columns: string[]; data: unknown[][] }, names: string[]) {
  const at = names.map((name) => columns.indexOf(name));
  return data.map((row) => at.map((i) => cell(row[i])));
}

Deno.test("every route's numbers are those of the files of an export", async () => {
  await withTempFolder(async (dir) => {
    const api = await serveStored({
      clock: { speed: 60 },
      data: { backfillHours: 26 },
      deribit: { enabled: false },
    });
    const { market } = api;
    // Exports cost much of a peer's allowance: it waits as it is told.
    const get = async (path: string): ReturnType<typeof api.get> => {
      const answer = await api.get(path);
      if (answer.status !== 429) return answer;
      const seconds = Number(answer.response.headers.get("retry-after"));
      await new Promise((resolve) => setTimeout(resolve, 1_000 * seconds));
      return await get(path);
    };
    try {
      const ids = market.instruments.map(({ id }) => id);
      await until(() => ids.every((id) => market.isBackfilled(id)), 30_000, "history is in");
      await until(() => market.latest !== undefined, 10_000, "a minute is made");
      // A whole hour: no slot of any length reaches beyond it.
      const to = floorTo(Math.min(...ids.map((id) => market.bars(id).at(-1)!.openTime)), HOUR);
      await exportMarket(market, dir, { to, timeframes: ["1m", "1h"] });
      const file = async (name: string) => csvRows(await Deno.readTextFile(`${dir}/${name}`));
      for (const id of ids) {
        for (const timeframe of ["1m", "1h"]) {
          const [head, ...rows] = await file(`bars_${id}_${timeframe}.csv`);
          const { body } = await get(`/bars/${id}?timeframe=${timeframe}&to=${to}&limit=10000`);
          assert.ok(rows.length >= 20, `${id} ${timeframe}: ${rows.length} rows`);
          assert.deepEqual(tableOf(body, head!), rows, `${id} ${timeframe}`);
          const exported = await get(`/exports/bars?symbol=${id}&timeframe=${timeframe}&to=${to}`);
          assert.deepEqual(csvRows(exported.body).slice(1), rows, `${id} ${timeframe} as a file`);
        }
      }
      await sameCoverage(api, dir);
      const [head, ...all] = await file("correlation.csv");
      const pairs = new Set(all.map(([, pair]) => pair!));
      let compared = 0;
      for (const pair of pairs) {
        for (const timeframe of ["1m", "5m", "15m", "1h"]) {
          const rows = all.filter((row) => row[1] === pair && row[2] === timeframe);
          const path = `/correlation/series?pair=${pair}&timeframe=${timeframe}&limit=10000`;
          const { body } = await get(`${path}&to=${to}`);
          const names = ["openTime", "n", "expected", "r", "lo", "hi"];
          const wanted = rows.map((row) => names.map((name) => row[head!.indexOf(name)]!));
          close(tableOf(body, names), wanted, `${pair} ${timeframe}`);
          compared += wanted.length;
          const made = await get(
            `/exports/correlation?pair=${pair}&timeframe=${timeframe}&to=${to}`,
          );
          assert.equal(made.status, 200, JSON.stringify(made.body));
          close(
            csvRows(made.body).slice(1).map((row) => row.slice(4)),
            rows.map((row) => row.slice(4)),
            `${pair} ${timeframe} as a file`,
          );
        }
      }
      assert.ok(compared > 1_000, `${compared} correlations`);
      const [alignedHead, ...aligned] = await file("aligned_1m.csv");
      const made = csvRows((await get(`/exports/aligned?to=${to}`)).body);
      assert.deepEqual(made[0], alignedHead);
      assert.deepEqual(made.slice(1), aligned);
      const exported = async (what: string) => {
        const { status, body } = await get(`/exports/${what}?pair=BTCUSDT/ES&to=${to}`);
        assert.equal(status, 200, what);
        return csvRows(body);
      };
      sameSpread(await exported("spread"), await exported("zscore"), [alignedHead!, ...aligned]);
      const statistics = csvRows((await get(`/exports/statistics?symbol=ES&to=${to}`)).body);
      const { body: asked } = await get(`/statistics/ES?to=${to}`);
      close(tableOf(asked, statistics[0]!), statistics.slice(1), "statistics");
      sameStatistics(statistics, aligned.map((row) => row[alignedHead!.indexOf("ES_return")]!));
      assert.equal((await get("/exports/alerts")).status, 200);
      assert.equal((await get("/exports/trades?symbol=ES")).status, 409);
    } finally {
      await api.end();
    }
  });
});

/** Spread and z-score of BTCUSDT/ES made anew, in plain sums, of the closes that the same export has. */
function sameSpread(spreads: string[][], zscores: string[][], aligned: string[][]): void {
  const [head, ...rows] = aligned;
  const number = (text: string | undefined) =>
    text === undefined || text === "" ? NaN : Number(text);
  const at = (id: string) => head!.findIndex((name) => name === id || name === `${id}_close`);
  assert.ok(at("BTCUSDT") > 0 && at("ES") > 0, `${head}`);
  const logs = new Map<number, readonly number[]>(
    rows.map((row) =>
      [number(row[0]), [
        Math.log(number(row[at("BTCUSDT")])),
        Math.log(number(row[at("ES")])),
      ]] as const
    ),
  );
  const table = ([names, ...data]: string[][], column: string) =>
    new Map(data.map((row) => [number(row[0]), number(row[names!.indexOf(column)])]));
  const found = Object.fromEntries(
    ["n", "beta", "alpha", "spread"].map((name) => [name, table(spreads, name)]),
  );
  const z = table(zscores, "zscore");
  assert.deepEqual([...z.keys()], [...found.spread!.keys()]);
  let compared = 0;
  for (const [time, spread] of found.spread!) {
    if (Number.isNaN(spread)) continue;
    const before = Array.from({ length: 60 }, (_, i) => logs.get(time - (i + 1) * MINUTE) ?? [])
      .filter((row) => Number.isFinite(row[0]! + row[1]!));
    const mean = (of: (row: readonly number[]) => number) =>
      before.reduce((sum, row) => sum + of(row), 0) / before.length;
    const meanY = mean((row) => row[0]!), meanX = mean((row) => row[1]!);
    const beta = mean((row) => (row[0]! - meanY) * (row[1]! - meanX)) /
      mean((row) => (row[1]! - meanX) ** 2);
    const alpha = meanY - beta * meanX;
    const rest = ([y, x]: readonly number[]) => y! - beta * x! - alpha;
    const now = rest(logs.get(time)!);
    const sd = Math.sqrt(mean((row) => rest(row) ** 2) * before.length / (before.length - 1));
    const utc = new Date(time).toISOString();
    assert.equal(before.length, found.n!.get(time), `n at ${utc}`);
    near(found.beta!.get(time)!, beta, 1e-6, `beta at ${utc}`);
    near(found.alpha!.get(time)!, alpha, 1e-6, `alpha at ${utc}`);
    near(spread, now, 1e-9, `spread at ${utc}`);
    near(z.get(time)!, now / sd, 1e-6, `z-score at ${utc}`);
    compared++;
  }
  assert.ok(compared > 300, `${compared} spreads`);
}

/** Moments and quantiles made anew of the returns that the same export has. */
function sameStatistics([head, row]: string[][], cells: readonly string[]): void {
  const returns = cells.filter((text) => text !== "").map(Number).sort((a, b) => a - b);
  const n = returns.length;
  const power = (k: number, about: number) =>
    returns.reduce((sum, one) => sum + (one - about) ** k, 0) / n;
  const mean = power(1, 0), variance = power(2, mean);
  const skew = power(3, mean) / variance ** 1.5, kurt = power(4, mean) / variance ** 2 - 3;
  const quantile = (p: number) => {
    const place = p * (n - 1), below = Math.floor(place);
    const above = returns[Math.min(n - 1, below + 1)]!;
    return returns[below]! + (place - below) * (above - returns[below]!);
  };
  const wanted = {
    n,
    mean,
    sd1: Math.sqrt(variance * n / (n - 1)),
    skew1: skew * Math.sqrt(n * (n - 1)) / (n - 2),
    kurt1: (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * kurt + 6),
    min: returns[0]!,
    q05: quantile(0.05),
    median: quantile(0.5),
    q95: quantile(0.95),
    max: returns[n - 1]!,
  };
  assert.ok(n > 300, `${n} returns`);
  for (const [name, value] of Object.entries(wanted)) {
    const found = Number(row![head!.indexOf(name)]);
    // Returns are of the order of 1e-4.
    near(found, value, name === "skew1" || name === "kurt1" ? 1e-8 : 1e-12, `${name} of ES`);
  }
}

/** @param most relative to a wanted value above 1, else absolute */
function near(found: number, wanted: number, most: number, what: string): void {
  const isNear = Math.abs(found - wanted) <= most * Math.max(1, Math.abs(wanted));
  assert.ok(isNear, `${what}: ${found}, made anew ${wanted}`);
}

/** The market goes on, so both are asked for until they are of the same minute. */
async function sameCoverage({ market, get }: Awaited<ReturnType<typeof serveStored>>, dir: string) {
  for (let attempt = 0; attempt < 10; attempt++) {
    await exportMarket(market, `${dir}/coverage${attempt}`);
    const text = await Deno.readTextFile(`${dir}/coverage${attempt}/coverage.json`);
    const { streams } = JSON.parse(text);
    const counts = "from expected streamed backfilled healed absent repeats revisions".split(" ");
    let isSame = true;
    for (const { id } of market.instruments) {
      const { body } = await get(`/coverage/${id}`);
      isSame &&= counts.every((name) => body[name] === streams[id][name]);
    }
    if (isSame) return;
  }
  assert.fail("coverage of the API is that of an export in one of ten tries");
}

/** Texts alike, numbers to 1e-12: a rolling sum that begins elsewhere differs in its last digits. */
function close(found: string[][], wanted: string[][], what: string): void {
  assert.equal(found.length, wanted.length, what);
  found.forEach((row, i) =>
    row.forEach((text, k) => {
      const other = wanted[i]![k]!;
      const isNear = text !== "" && other !== "" && Math.abs(Number(text) - Number(other)) <= 1e-12;
      assert.ok(text === other || isNear, `${what}, row ${i}: ${row} is ${wanted[i]}`);
    })
  );
}
