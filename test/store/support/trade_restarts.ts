/** Kills a real `stream` again and again while the venues go on, and judges its trades by what the venues made. */
import assert from "node:assert/strict";
import { startEmbeddedVenues } from "../../../lib/market/embedded_venues.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { projectPath } from "../../../lib/runtime/files.ts";
import { createMarketModel, type MarketModel } from "../../../lib/simulator/market_model.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import type { StoredCoverage, StoreReader } from "../../../lib/store/store.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
/** Ids in the store, and what the venues call them. */
const NUMBERED = ["BTCUSDT", "ETHUSDT", "BTCUSDT@usdm"] as const;
const ALL = { from: -Infinity, to: Infinity };
/** Between two looks at whether the past is whole, local ms. */
const LOOK_MS = 100;

export interface RestartOptions {
  readonly dir: string;
  readonly kills: number;
  readonly seed: number;
  /** Longest time from the first commit of a run to its kill, and from there to the next run, local ms. */
  readonly latestMs?: number;
  readonly downMs?: number;
  /** After the last start everything must be whole within so many local ms. */
  readonly withinMs?: number;
}

/** What was found after the last run. */
export interface RestartSum {
  kills: number;
  /** Trades stored, and those of the venues from the first stored one to the last. */
  trades: number;
  truth: number;
  /** Trades of the venues that are not stored. */
  lost: number;
  doubled: number;
  altered: number;
  /** Stretches of the numbered instruments between the first trade and the last that are not complete. */
  notWhole: string[];
  /** What is listed of the instrument whose venue numbers no trades. */
  unnumbered: string[];
  /** Local ms from the last start until everything was whole. */
  healedMs: number;
  /** Trades that were fetched by their ids, as the log of the last run says. */
  fetched: number;
  violations: number;
  findings: readonly string[];
}

/** Every trade is there once, as the venue made it, and the store knows it. */
export function assertWhole(
  { lost, doubled, altered, notWhole, violations, findings }: RestartSum,
): void {
  assert.deepEqual({ lost, doubled, altered, notWhole, violations, findings }, {
    lost: 0,
    doubled: 0,
    altered: 0,
    notWhole: [],
    violations: 0,
    findings: [],
  });
}

export async function tradeRestarts(options: RestartOptions): Promise<RestartSum> {
  const { dir, kills, seed, latestMs = 1_500, downMs = 1_500, withinMs = 30_000 } = options;
  const random = seededRandom(seed);
  const truth = createMarketModel({ seed: 9, from: START - 6 * HOUR });
  const venues = await startEmbeddedVenues({ truth, clock: systemClock, start: START, speed: 60 });
  try {
    const web = (port: number) =>
      `streamUrl: "ws://127.0.0.1:${port}", restUrl: "http://127.0.0.1:${port}"`;
    const config = `${dir}/config.yaml`;
    await Deno.writeTextFile(
      config,
      `source: live
clock: { speed: 60 }
data: { backfillHours: 1, trades: true }
ibkr: { host: 127.0.0.1, port: ${venues.tws.port}, futures: [{ symbol: ES, exchange: CME }] }
binance: { ${
        web(venues.binance.port)
      }, streamAlternatives: [], restAlternatives: [], symbols: [BTCUSDT, ETHUSDT] }
usdm: { ${web(venues.server("usdm").port)}, symbols: [BTCUSDT] }
deribit: { enabled: false }
store: { kind: sqlite, path: s.db }
`,
    );
    for (let i = 0; i < kills; i++) {
      const stream = startStream(config);
      await stream.hasStored;
      await pause(random() * latestMs);
      await stream.end("SIGKILL");
      await pause(random() * downMs);
    }
    const startedAt = venues.time.now();
    const last = startStream(config);
    await last.hasStored;
    const since = performance.now();
    while (!(await isHealed(`${dir}/s.db`, startedAt)) && performance.now() - since < withinMs) {
      await pause(LOOK_MS);
    }
    const healedMs = Math.round(performance.now() - since);
    const log = await last.end("SIGINT");
    const found = await judged(`${dir}/s.db`, truth);
    const violations = venues.binance.stats().violations.length +
      (venues.server("usdm") as typeof venues.binance).stats().violations.length;
    const fetched = [...log.matchAll(/"fetched":(\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
    return { kills, healedMs, fetched, violations, ...found };
  } finally {
    await venues.close();
  }
}

function startStream(config: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", projectPath("lib/cli/main.ts"), "stream", "--config", config],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { promise: hasStored, resolve, reject } = Promise.withResolvers<void>();
  let text = "";
  const reading = (async () => {
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.includes(`"message":"stored"`)) resolve();
    }
    reject(new Error(`the stream ended by itself: ${text.slice(-2_000)}`));
  })();
  hasStored.catch(() => {});
  const end = async (signal: "SIGKILL" | "SIGINT") => {
    child.kill(signal);
    await reading;
    await child.status;
    return text;
  };
  return { hasStored, end };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Every instrument with ids has trades of after that time, and lacks none. */
async function isHealed(path: string, after: number): Promise<boolean> {
  const reader = await openStoreReader({ kind: "sqlite", path });
  try {
    for (const instrument of NUMBERED) {
      const rows = await reader.coverage({ instrument, stepMs: 0, ...ALL });
      if (!((rows.at(-1)?.to ?? NaN) > after)) return false;
      if (rows.some(({ state }) => state !== "complete")) return false;
    }
    return true;
  } finally {
    await reader.close();
  }
}

async function judged(path: string, truth: MarketModel) {
  const reader = await openStoreReader({ kind: "sqlite", path });
  const sum = { trades: 0, truth: 0, lost: 0, doubled: 0, altered: 0, notWhole: [] as string[] };
  for (const instrument of NUMBERED) {
    await judgeTrades(reader, instrument, truth, sum);
  }
  const unnumbered = (await reader.coverage({ instrument: "ES", stepMs: 0, ...ALL }))
    .filter(({ state }) => state !== "complete").map(({ state, reason }) => `${state}: ${reason}`);
  const { findings } = await reader.check();
  await reader.close();
  return { ...sum, unnumbered, findings };
}

async function judgeTrades(
  reader: StoreReader,
  instrument: string,
  truth: MarketModel,
  sum: Pick<RestartSum, "trades" | "truth" | "lost" | "doubled" | "altered" | "notWhole">,
): Promise<void> {
  const { id, time, price, size, side } = await reader.trades({ instrument, ...ALL });
  const stored = new Map<number, string>();
  id.forEach((one, row) => {
    if (stored.has(one)) sum.doubled++;
    stored.set(one, [time[row], price[row], size[row], side[row]].join());
  });
  sum.trades += id.length;
  const first = Math.min(...id), last = Math.max(...id);
  const from = Math.floor(time[0]! / MINUTE) * MINUTE;
  for (let minute = from; minute <= time.at(-1)!; minute += MINUTE) {
    for (const one of truth.trades(instrument, minute)) {
      if (one.id < first || one.id > last) continue;
      sum.truth++;
      const text = [one.time, one.price, one.size, one.buyerIsMaker ? -1 : 1].join();
      const found = stored.get(one.id);
      if (found === undefined) sum.lost++;
      else if (found !== text) sum.altered++;
    }
  }
  const rows = await reader.coverage({ instrument, stepMs: 0, ...ALL });
  rows.forEach((row, i) => {
    const next = rows[i + 1];
    if (row.state !== "complete") sum.notWhole.push(textOf(row));
    if (next !== undefined && next.from !== row.to) {
      sum.notWhole.push(`nothing after ${textOf(row)}`);
    }
  });
}

function textOf({ instrument, from, to, state, reason }: StoredCoverage): string {
  return `${instrument} ${from} to ${to}: ${state} ${reason}`;
}
