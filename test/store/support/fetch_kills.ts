/** Fetches long history by a real `store fetch` that is killed again and again, from venues that go on meanwhile. */
import { type EmbeddedVenues, startEmbeddedVenues } from "../../../lib/market/embedded_venues.ts";
import { DAY, MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { projectPath } from "../../../lib/runtime/files.ts";
import { createMarketModel } from "../../../lib/simulator/market_model.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import type { ServedHistory } from "../../../lib/simulator/served_history.ts";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import { type AskedAgain, AskedAgainCheck } from "./asked_again.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);

/** What came of it. */
export interface FetchKills {
  readonly kills: number;
  /** Minutes stored, and those that the venues have otherwise. */
  readonly minutes: number;
  readonly altered: number;
  /** Minutes between the first and the last that are neither stored nor known to have no bar. */
  readonly unknown: number;
  /** Questions of history that the venues were asked, over all runs. */
  readonly ibkr: number;
  readonly binance: number;
  /** Limits of the venues that were broken. */
  readonly violations: number;
  readonly code: number;
  readonly asked: AskedAgain;
}

export interface FetchKillOptions {
  readonly dir: string;
  readonly days: number;
  readonly kills: number;
  readonly seed: number;
  /** Longest time to a kill after the first commit of a run, local ms. */
  readonly latestMs?: number;
}

export async function fetchKills(options: FetchKillOptions): Promise<FetchKills> {
  const { dir, days, kills, seed, latestMs = 400 } = options;
  const random = seededRandom(seed);
  const truth = createMarketModel({ seed: 9, from: START - (days + 3) * DAY });
  let served: ServedHistory[] = [];
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    onHistory: (one) => served.push(one),
  });
  const asked = new AskedAgainCheck((symbol) => symbol.replace(/Z5$/, ""));
  const run = async (config: string, afterMs?: number) => {
    served = [];
    const { code, reported } = await fetch(config, days, afterMs);
    asked.take(served, reported, await storedMinutes(`${dir}/s.db`));
    return code;
  };
  try {
    const config = await writtenConfig(dir, venues);
    for (let i = 0; i < kills; i++) await run(config, random() * latestMs);
    const code = await run(config);
    const { tws, binance } = venues;
    const found = await judged(`${dir}/s.db`, (id, time) => {
      const symbol = id === "ES" || id === "NQ" ? `${id}Z5` : id;
      return truth.minute(symbol, time);
    });
    return {
      kills,
      code,
      ...found,
      ibkr: tws.stats().requests.historicalData ?? 0,
      binance: binance.stats().restCalls,
      asked: asked.sum(),
      violations: tws.stats().pacingViolations + binance.stats().violations.length,
    };
  } finally {
    await venues.close();
  }
}

async function writtenConfig(dir: string, venues: EmbeddedVenues): Promise<string> {
  const web = `127.0.0.1:${venues.binance.port}`;
  const path = `${dir}/config.yaml`;
  await Deno.writeTextFile(
    path,
    `source: live
ibkr: { host: 127.0.0.1, port: ${venues.tws.port}, futures: [{ symbol: ES, exchange: CME }, { symbol: NQ, exchange: CME }] }
binance: { streamUrl: "ws://${web}", restUrl: "http://${web}", streamAlternatives: [], restAlternatives: [], symbols: [BTCUSDT, ETHUSDT] }
deribit: { enabled: false }
store: { kind: sqlite, path: s.db }
`,
  );
  return path;
}

/** @param afterMs when to kill it after its first commit; undefined: never. */
async function fetch(config: string, days: number, afterMs: number | undefined) {
  const main = projectPath("lib/cli/main.ts");
  const command = ["store", "fetch", "--days", `${days}`, "--config", config];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", main, ...command],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let text = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (afterMs === undefined || timer !== undefined || !text.includes(`"stored"`)) continue;
    timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  }
  clearTimeout(timer);
  // The last line may be cut.
  const reported = text.split("\n")
    .filter((line) => line.includes(`"message":"stored"`) && line.endsWith("}"))
    .map((line): { instrument: string; from: number; to: number } => JSON.parse(line).fields);
  return { code: (await child.status).code, reported };
}

/** As `ES 1764774000000`. */
async function storedMinutes(path: string): Promise<Set<string>> {
  const reader = await openStoreReader({ kind: "sqlite", path });
  const minutes = new Set<string>();
  for (const { id: instrument } of await reader.instruments()) {
    const all = { instrument, stepMs: MINUTE, from: -Infinity, to: Infinity };
    for (const time of (await reader.bars(all)).openTime) minutes.add(`${instrument} ${time}`);
  }
  await reader.close();
  return minutes;
}

type TruthOf = (id: string, time: number) => { readonly close: number } | undefined;

async function judged(path: string, truthOf: TruthOf) {
  const reader = await openStoreReader({ kind: "sqlite", path });
  let minutes = 0, altered = 0, unknown = 0;
  for (const { id: instrument } of await reader.instruments()) {
    const all = { instrument, stepMs: MINUTE, from: -Infinity, to: Infinity };
    const { openTime, close } = await reader.bars(all);
    openTime.forEach((time, row) => {
      minutes++;
      if (truthOf(instrument, time)?.close !== close[row]) altered++;
    });
    const rows = await reader.coverage(all);
    for (let i = 1; i < rows.length; i++) unknown += (rows[i]!.from - rows[i - 1]!.to) / MINUTE;
    unknown += rows.filter(({ state }) => state !== "complete" && state !== "closed").length;
  }
  await reader.close();
  return { minutes, altered, unknown };
}
