/** Kills every part of a market that runs over a bus, again and again, and judges what its store holds by what the venues made. */
import { join } from "node:path";
import { startEmbeddedVenues } from "../../../lib/market/embedded_venues.ts";
import { HOUR, MINUTE } from "../../../lib/model/time.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { projectPath } from "../../../lib/runtime/files.ts";
import { createMarketModel, type MarketModel } from "../../../lib/simulator/market_model.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import type { StoreReader } from "../../../lib/store/store.ts";
import { startNats } from "./nats_server.ts";
import { startPostgres } from "./postgres_server.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const SPEED = 60;
const BACKFILL_HOURS = 1;
/** So long a writer has for what was published last, local ms. */
const REST_MS = 5_000;
const ALL = { from: -Infinity, to: Infinity };
/** Instruments, and the month of the future in these days. */
const INSTRUMENTS = [
  { id: "BTCUSDT", symbol: "BTCUSDT", isNumbered: true },
  { id: "ETHUSDT", symbol: "ETHUSDT", isNumbered: true },
  { id: "BTCUSDT@usdm", symbol: "BTCUSDT@usdm", isNumbered: true },
  { id: "ES", symbol: "ESZ5", isNumbered: false },
] as const;

export const PARTS = ["publisher", "writer", "reader", "broker", "database"] as const;
export type Part = (typeof PARTS)[number];

export interface BusKillOptions {
  readonly dir: string;
  readonly kills: number;
  /** Venue hours over which they are spread. */
  readonly hours: number;
  readonly seed: number;
  /** The publisher has a store of its own. */
  readonly publisherStores: boolean;
  readonly onKill?: (kills: number, part: Part) => void;
}

/** What was found at the end. */
export interface BusKillSum {
  kills: Record<Part, number>;
  /** Closed minutes of the truth, and those that are stored as they were. */
  minutes: number;
  lost: string[];
  invented: number;
  altered: string[];
  /** Of the venues that number them, from the first that is stored on. */
  trades: number;
  tradesLost: number;
  tradesAltered: number;
  tradesDoubled: number;
  /** Of the venue that numbers none: stored, and made by the venue in that time. */
  unnumbered: readonly [stored: number, made: number];
  findings: readonly string[];
  /** Exit code of a reader that was stopped at the end, and minutes of its export that are not the store's. */
  reader: { readonly code: number; readonly minutes: number; readonly other: number };
  /** Local ms from the last kill until the store was whole. */
  healedMs: number;
}

export async function busKills(options: BusKillOptions): Promise<BusKillSum> {
  const { dir, hours, seed, publisherStores, onKill = () => {} } = options;
  const random = seededRandom(seed);
  const truth = createMarketModel({ seed: 9, from: START - 6 * HOUR });
  const venues = await startEmbeddedVenues({
    truth,
    clock: systemClock,
    start: START,
    speed: SPEED,
  });
  const nats = await startNats(), postgres = await startPostgres();
  const url = await postgres.database();
  const paths = await writeConfigs(dir, {
    bus: `bus: { kind: nats, url: "${nats.url}" }`,
    url,
    ports: {
      tws: venues.tws.port,
      binance: venues.binance.port,
      usdm: venues.server("usdm").port,
    },
    publisherStores,
  });
  const out = join(dir, "out");
  const reading = () => startCommand("stream", paths.reader, "--export", out);
  const running = {
    publisher: startCommand("ingest", paths.publisher),
    writer: startCommand("ingest", paths.writer),
    reader: reading(),
  };
  const kills = { publisher: 0, writer: 0, reader: 0, broker: 0, database: 0 };
  const again = {
    publisher: () => startCommand("ingest", paths.publisher),
    writer: () => startCommand("ingest", paths.writer),
    reader: reading,
  };
  try {
    // The first rows are there.
    await pause(8_000);
    const begin = performance.now(), lasts = hours * HOUR / SPEED;
    for (let i = 0; i < options.kills; i++) {
      const at = begin + (i + random()) * lasts / options.kills;
      await pause(Math.max(0, at - performance.now()));
      const part = PARTS[Math.floor(random() * PARTS.length)]!;
      const downMs = random() * 1_500;
      if (part === "broker" || part === "database") {
        const server = part === "broker" ? nats : postgres;
        await server.kill();
        await pause(downMs);
        await server.start();
      } else {
        running[part].kill("SIGKILL");
        await running[part].status;
        await pause(downMs);
        if (part === "reader") await Deno.remove(out, { recursive: true }).catch(() => {});
        running[part] = again[part]();
      }
      kills[part]++;
      onKill(i + 1, part);
    }
    const lastKill = performance.now();
    const until = Math.floor(venues.time.now() / MINUTE) * MINUTE;
    const healedMs = await wholeBy(url, until, lastKill);
    running.reader.kill("SIGINT");
    const { code } = await running.reader.status;
    // The store is judged at rest: the coverage of the newest minute is published after its bar.
    running.publisher.kill("SIGTERM");
    await running.publisher.status;
    await pause(REST_MS);
    const found = await judged(url, truth, until);
    const reader = await readerJudged(out, url, until);
    return { kills, healedMs, ...found, reader: { code, ...reader } };
  } finally {
    for (const child of Object.values(running)) await ended(child);
    await nats.stop();
    await postgres.stop();
    await venues.close();
  }
}

async function writeConfigs(
  dir: string,
  { bus, url, ports, publisherStores }: {
    readonly bus: string;
    readonly url: string;
    readonly ports: { readonly tws: number; readonly binance: number; readonly usdm: number };
    readonly publisherStores: boolean;
  },
) {
  const web = (port: number) =>
    `streamUrl: "ws://127.0.0.1:${port}", restUrl: "http://127.0.0.1:${port}"`;
  const write = async (name: string, text: string) => {
    const path = join(dir, `${name}.yaml`);
    await Deno.writeTextFile(path, text);
    return path;
  };
  const data = `data: { backfillHours: ${BACKFILL_HOURS}, trades: true }`;
  return {
    publisher: await write(
      "publisher",
      `source: live
clock: { speed: ${SPEED} }
${data}
ibkr: { host: 127.0.0.1, port: ${ports.tws}, futures: [{ symbol: ES, exchange: CME }] }
binance: { ${
        web(ports.binance)
      }, streamAlternatives: [], restAlternatives: [], symbols: [BTCUSDT, ETHUSDT] }
usdm: { ${web(ports.usdm)}, symbols: [BTCUSDT] }
deribit: { enabled: false }
${bus}
${publisherStores ? "store: { kind: sqlite, path: own.db }" : ""}
`,
    ),
    writer: await write(
      "writer",
      `source: bus\n${bus}\nstore: { kind: postgres, url: "${url}" }\n`,
    ),
    reader: await write("reader", `source: bus\n${data}\n${bus}\n`),
  };
}

/** What a command says goes into a file beside its configuration: a failed run is read there. */
function startCommand(name: string, config: string, ...more: readonly string[]): Deno.ChildProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", projectPath("lib/cli/main.ts"), name, "--config", config]
      .concat(more),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = Deno.openSync(`${config}.log`, { create: true, append: true });
  void (async () => {
    for await (const part of child.stderr) await log.write(part);
    const { code, signal } = await child.status;
    await log.write(new TextEncoder().encode(`ended: ${signal ?? code}\n`));
    log.close();
  })();
  return child;
}

async function ended(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  await child.status;
}

/** Waits until the store has the minutes before `until` and knows no trade that is lacking; a minute of ours at most. */
async function wholeBy(url: string, until: number, since: number): Promise<number> {
  while (performance.now() - since < 90_000) {
    if (await isWhole(url, until)) return Math.round(performance.now() - since);
    await pause(500);
  }
  return NaN;
}

async function isWhole(url: string, until: number): Promise<boolean> {
  const reader = await openStoreReader({ kind: "postgres", url });
  try {
    for (const { id: instrument, isNumbered } of INSTRUMENTS) {
      const bars = await reader.bars({
        instrument,
        stepMs: MINUTE,
        from: until - MINUTE,
        to: until,
      });
      if (bars.openTime.length === 0) return false;
      if (!isNumbered) continue;
      const rows = await reader.coverage({ instrument, stepMs: 0, ...ALL });
      if (!((rows.at(-1)?.to ?? NaN) > until)) return false;
      if (rows.some(({ state }) => state === "healing")) return false;
    }
    return true;
  } finally {
    await reader.close();
  }
}

async function judged(url: string, truth: MarketModel, until: number) {
  const store = await openStoreReader({ kind: "postgres", url });
  try {
    const sum = {
      minutes: 0,
      lost: [] as string[],
      invented: 0,
      altered: [] as string[],
      trades: 0,
      tradesLost: 0,
      tradesAltered: 0,
      tradesDoubled: 0,
      unnumbered: [0, 0] as readonly [number, number],
    };
    for (const { id, symbol, isNumbered } of INSTRUMENTS) {
      await judgeMinutes(store, { id, symbol, truth, until }, sum);
      const { id: ids, time, price, size, side } = await store.trades({
        instrument: id,
        from: -Infinity,
        to: until,
      });
      const made = madeTrades(truth, symbol, time[0] ?? NaN, until);
      if (!isNumbered) {
        sum.unnumbered = [ids.length, made.length];
        continue;
      }
      const stored = new Map<number, string>();
      ids.forEach((one, row) => {
        if (stored.has(one)) sum.tradesDoubled++;
        stored.set(one, [time[row], price[row], size[row], side[row]].join());
      });
      const first = Math.min(...stored.keys());
      for (const one of made) {
        if (one.id < first) continue;
        sum.trades++;
        const text = [one.time, one.price, one.size, one.buyerIsMaker ? -1 : 1].join();
        const found = stored.get(one.id);
        if (found === undefined) sum.tradesLost++;
        else if (found !== text) sum.tradesAltered++;
      }
    }
    const { findings } = await store.check();
    return { ...sum, findings };
  } finally {
    await store.close();
  }
}

async function judgeMinutes(
  store: StoreReader,
  { id, symbol, truth, until }: {
    readonly id: string;
    readonly symbol: string;
    readonly truth: MarketModel;
    readonly until: number;
  },
  sum: { minutes: number; lost: string[]; invented: number; altered: string[] },
): Promise<void> {
  const bars = await store.bars({ instrument: id, stepMs: MINUTE, from: -Infinity, to: until });
  const rows = new Map(Array.from(bars.openTime, (time, row) => [time, row]));
  if (rows.size !== bars.openTime.length) sum.altered.push(`${id}: a minute is there twice`);
  // History goes back from the moment at which the first publisher had begun.
  const first = Math.min(...rows.keys(), START - HOUR / 2);
  for (let time = first; time < until; time += MINUTE) {
    const real = truth.minute(symbol, time), row = rows.get(time);
    if (real === undefined) {
      if (row !== undefined) sum.invented++;
      continue;
    }
    sum.minutes++;
    const at = `${id} ${new Date(time).toISOString()}`;
    if (row === undefined) sum.lost.push(at);
    else if (
      bars.open[row] !== real.open || bars.high[row] !== real.high || bars.low[row] !== real.low ||
      bars.close[row] !== real.close || bars.volume[row] !== real.volume
    ) sum.altered.push(at);
  }
}

function madeTrades(truth: MarketModel, symbol: string, from: number, until: number) {
  const made = [];
  for (let minute = Math.floor(from / MINUTE) * MINUTE; minute < until; minute += MINUTE) {
    for (const trade of truth.trades(symbol, minute)) {
      if (trade.time >= from && trade.time < until) made.push(trade);
    }
  }
  return made;
}

/** The minutes of a reader's export against those that are stored. */
async function readerJudged(out: string, url: string, until: number) {
  const store = await openStoreReader({ kind: "postgres", url });
  try {
    let minutes = 0, other = 0;
    for (const { id } of INSTRUMENTS) {
      const text = await Deno.readTextFile(join(out, `bars_${id}_1m.csv`)).catch(() => "");
      const [head = "", ...lines] = text.trim().split("\n");
      const names = head.split(",");
      const bars = await store.bars({ instrument: id, stepMs: MINUTE, ...ALL });
      const stored = new Map(Array.from(bars.openTime, (time, row) => [time, bars.close[row]!]));
      for (const line of lines) {
        const cells = line.split(",");
        const time = Number(cells[names.indexOf("openTime")]);
        if (!(time < until)) continue;
        minutes++;
        if (stored.get(time) !== Number(cells[names.indexOf("close")])) other++;
      }
    }
    return { minutes, other };
  } finally {
    await store.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
