/**
 * Trades of 50 symbols from a socket to a server's database: by one process, and by a publisher, a broker and a writer,
 * with 0, 1, 2 and 4 readers over the same broker; all on the cores of this machine. Real servers, on the loopback.
 *
 * What other work takes of the machine changes rates and delays, and hardly the processor time of each part: so that
 * is said for each 1,000 trades a second, as a share of one core. `RATE`, `SYMBOLS`, `SECONDS` and `READERS` are
 * taken from the environment.
 */
import { join } from "node:path";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { type NatsServer, startNats } from "../servers/support/nats_server.ts";
import { type PostgresServer, startPostgres } from "../servers/support/postgres_server.ts";
import { say } from "../support/say.ts";

const RATE = Number(Deno.env.get("RATE") ?? 2_000);
const SYMBOLS = Number(Deno.env.get("SYMBOLS") ?? 50);
const SECONDS = Number(Deno.env.get("SECONDS") ?? 20);
/** Seconds of trades before processor time is counted. */
const WARM_UP = 5;
/** What is not stored by then is given up on, ms. */
const PATIENCE_MS = 120_000;
/** Of /proc: a hundredth of a second. */
const TICK_S = 0.01;
const ROOT = new URL("../../", import.meta.url);
/** How many readers each run with a broker has. */
const READERS = (Deno.env.get("READERS") ?? "0,1,2,4").split(",").map(Number);

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const symbols = Array.from({ length: SYMBOLS }, (_, i) => `C${i}USDT`);

/** Processor time of a process and of those of its children that have ended, s. */
async function processorTime(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_S;
}

async function timeOf(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(processorTime))).reduce((sum, time) => sum + time, 0);
}

function deno(script: string, ...args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL(script, ROOT).pathname, ...args],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = child.stdout.getReader(), input = child.stdin.getWriter();
  return {
    pid: child.pid,
    async line(): Promise<string> {
      return new TextDecoder().decode((await lines.read()).value).trim();
    },
    ask: (text: string) => input.write(new TextEncoder().encode(`${text}\n`)),
    async end(): Promise<void> {
      child.kill("SIGTERM");
      await child.status;
      await lines.cancel();
      await input.close().catch(() => {});
    },
  };
}

interface Place {
  readonly folder: string;
  /** New for each run. */
  readonly nats: NatsServer;
  readonly postgres: PostgresServer;
}

/** One run: trades from the sender until all are stored. @param readers undefined for the way by one process */
async function run({ folder, nats, postgres }: Place, readers: number | undefined): Promise<void> {
  const database = await postgres.database();
  const sender = deno("test/bench/trade_sender.ts");
  const address = `127.0.0.1:${Number(await sender.line())}`;
  const store = `store: { kind: postgres, url: "${database}" }\n`;
  const bus = readers === undefined ? "" : `bus: { kind: nats, url: "${nats.url}" }\n`;
  const venue = `source: live\ndata: { backfillHours: 1, trades: true }\nibkr: { futures: [] }\n` +
    `binance: { symbols: [] }\nderibit: { enabled: false }\n` +
    `usdm: { streamUrl: "ws://${address}", restUrl: "http://${address}", symbols: [${symbols}] }\n`;
  const files = {
    publisher: venue + (readers === undefined ? store : bus),
    writer: `source: bus\n${bus}${store}`,
    reader: `source: bus\ndata: { backfillHours: 1, trades: true }\n${bus}`,
  };
  const fileOf = async (name: keyof typeof files) => {
    const path = join(folder, `${name}.yaml`);
    await Deno.writeTextFile(path, files[name]);
    return path;
  };
  const ingest = async (name: "publisher" | "writer") =>
    deno("lib/cli/main.ts", "ingest", "--config", await fileOf(name));
  const publisher = await ingest("publisher");
  const parts = new Map<string, readonly number[]>([["publisher", [publisher.pid]]]);
  const children = [publisher];
  if (readers !== undefined) {
    const writer = await ingest("writer");
    children.push(writer);
    parts.set("writer", [writer.pid]).set("broker", [nats.pid()]);
  }
  const reader = await openedReader(database);
  while ((await reader.instruments()).length < SYMBOLS) await sleep(200);
  const reading = [];
  for (let i = 0; i < (readers ?? 0); i++) {
    const one = deno("test/bench/bus_reader.ts", await fileOf("reader"));
    await one.line();
    reading.push(one);
  }
  if (reading.length > 0) parts.set("a reader", reading.map(({ pid }) => pid));
  parts.set("database", await postgres.pids());
  const query = new URLSearchParams({
    symbols: symbols.join(),
    rate: `${RATE}`,
    seconds: `${WARM_UP + SECONDS}`,
  });
  await (await fetch(`http://${address}/steady?${query}`)).body?.cancel();
  await sleep(WARM_UP * 1_000);
  const before = new Map<string, number>();
  for (const [name, pids] of parts) before.set(name, await timeOf(pids));
  const began = performance.now();
  const all = RATE * (WARM_UP + SECONDS);
  let stored = 0, delayed = 0;
  while (stored < all && performance.now() - began < PATIENCE_MS) {
    await sleep(500);
    const [count, newest] = (await reader.sql("select count(*), max(time) from trades")).data[0]!;
    stored = Number(count);
    if (stored < all) delayed = Math.max(delayed, Date.now() - Number(newest));
  }
  const seconds = (performance.now() - began) / 1_000;
  const shares: string[] = [];
  for (const [name, pids] of parts) {
    const spent = (await timeOf(pids) - before.get(name)!) /
      (name === "a reader" ? pids.length : 1);
    // Of the trades that came while it was counted.
    shares.push(`${name} ${(100 * spent / (SECONDS * RATE / 1_000)).toFixed(1)} %`);
  }
  const heard = [];
  for (const one of reading) {
    await one.ask("figures");
    heard.push(JSON.parse(await one.line()));
  }
  const way = readers === undefined ? "one process" : `broker, ${readers} readers`;
  say(
    `bus: ${way}: ${stored} of ${all} trades stored ${
      (seconds - SECONDS).toFixed(1)
    } s after the last was sent, ` +
      `at most ${(delayed / 1_000).toFixed(1)} s old; of one core for 1,000 trades a second: ${
        shares.join(", ")
      }`,
  );
  for (const { trades, p50, p99 } of heard) {
    say(`bus:   a reader had ${trades} trades, from the venue in p50 ${p50} ms, p99 ${p99} ms`);
  }
  await reader.close();
  for (const child of [...reading, ...children, sender]) await child.end();
}

async function openedReader(url: string) {
  for (;;) {
    try {
      return await openStoreReader({ kind: "postgres", url });
    } catch {
      await sleep(200);
    }
  }
}

const folder = await Deno.makeTempDir({ prefix: "comove-bus-" });
const postgres = await startPostgres();
try {
  for (const readers of [undefined, ...READERS]) {
    const nats = await startNats();
    try {
      await run({ folder, nats, postgres }, readers);
    } finally {
      await nats.stop();
    }
  }
} finally {
  await postgres.stop();
  await Deno.remove(folder, { recursive: true });
}
