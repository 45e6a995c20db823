/** Kills a real `stream` at random instants, and judges what its store holds by what its log had reported. */
import { MarketError } from "../../../lib/model/errors.ts";
import { MINUTE } from "../../../lib/model/time.ts";
import { projectPath } from "../../../lib/runtime/files.ts";
import { seededRandom } from "../../../lib/stats/seeded_random.ts";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import type { StoredBars, StoreReader } from "../../../lib/store/store.ts";

export interface CrashOptions {
  readonly dir: string;
  readonly seed: number;
  /** Venue seconds per second. @default 120 */
  readonly speed?: number;
  /** Called after each, with what was found so far. */
  readonly onCrash?: (sum: CrashSum) => void;
}

/** What was found. */
export interface CrashSum {
  crashes: number;
  /** Minutes that the log reported as stored, of all runs. */
  reported: number;
  /** Reported and not there. */
  lost: number;
  /** Reported, and different from what it was after an earlier crash. */
  altered: number;
  /** Trades that stand there twice. */
  doubled: number;
  /** Minutes whose trades are said to be complete, and are not as many as the venue counts. */
  incomplete: number;
  /** Minutes whose trades were counted. */
  counted: number;
  /** Found after each crash, added up. */
  trades: number;
  /** What `check` found. */
  findings: string[];
}

/** Latest kill after the first line of the store, local ms; one in ten strikes before that line. */
const LATEST_MS = 2_500;
const BEFORE_MS = 1_500;
/** Then it is begun anew. */
const RUNS_OF_A_FILE = 2;
const ALL = { from: -Infinity, to: Infinity };

export async function streamCrashes(count: number, options: CrashOptions): Promise<CrashSum> {
  const { dir, seed, speed = 120, onCrash } = options;
  const random = seededRandom(seed);
  const config = `${dir}/config.yaml`;
  await Deno.writeTextFile(
    config,
    `source: simulated
clock: { speed: ${speed} }
data: { backfillHours: 2, trades: true }
store: { kind: sqlite, path: s.db }
`,
  );
  const sum: CrashSum = {
    crashes: 0,
    reported: 0,
    lost: 0,
    altered: 0,
    doubled: 0,
    incomplete: 0,
    counted: 0,
    trades: 0,
    findings: [],
  };
  const known = new Map<string, string>();
  let runs = 0;
  for (let i = 0; i < count; i++) {
    // The simulated market begins where it always does: a file that has its minutes already has nothing to write.
    if (i % RUNS_OF_A_FILE === 0) {
      known.clear();
      runs = 0;
      for await (const { name } of Deno.readDir(dir)) {
        if (name.startsWith("s.db")) await Deno.remove(`${dir}/${name}`);
      }
    }
    runs++;
    const reported = random() < 0.1
      ? await killedStream(config, { startMs: random() * BEFORE_MS })
      : await killedStream(config, { storedMs: random() * LATEST_MS });
    sum.crashes++;
    const reader = await readerOf(`${dir}/s.db`);
    if (reader !== undefined) {
      await judge(reader, reported, known, sum, runs);
      await reader.close();
    } else sum.lost += reported.length;
    onCrash?.(sum);
  }
  return sum;
}

/** When a stream is killed: local ms after its start, or after it has first reported something as stored. */
type Instant = { readonly startMs: number } | { readonly storedMs: number };

/** @returns minutes, as `instrument openTime`, that were reported before the kill. */
async function killedStream(config: string, instant: Instant): Promise<string[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", projectPath("lib/cli/main.ts"), "stream", "--config", config],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const kill = () => child.kill("SIGKILL");
  let timer = "startMs" in instant ? setTimeout(kill, instant.startMs) : undefined;
  let text = "";
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (timer === undefined && "storedMs" in instant && text.includes(STORED)) {
      timer = setTimeout(kill, instant.storedMs);
    }
  }
  await child.status;
  clearTimeout(timer);
  // The last line may be cut.
  return text.split("\n").filter((line) => line.includes(STORED) && line.endsWith("}")).flatMap(
    (line) => {
      const { fields: { instrument, from, to } } = JSON.parse(line);
      const minutes: string[] = [];
      for (let time = from; time < to; time += MINUTE) minutes.push(`${instrument} ${time}`);
      return minutes;
    },
  );
}

const STORED = `"message":"stored"`;

async function judge(
  reader: StoreReader,
  reported: readonly string[],
  known: Map<string, string>,
  sum: CrashSum,
  runs: number,
): Promise<void> {
  const rows = new Map<string, string>();
  let trades = 0;
  for (const { id: instrument } of await reader.instruments()) {
    const bars = await reader.bars({ instrument, stepMs: MINUTE, ...ALL });
    bars.openTime.forEach((time, row) => rows.set(`${instrument} ${time}`, textOf(bars, row)));
    trades += await judgeTrades(reader, instrument, bars, sum, runs);
  }
  sum.reported += reported.length;
  sum.lost += reported.filter((minute) => !rows.has(minute)).length;
  for (const [minute, text] of known) if (rows.get(minute) !== text) sum.altered++;
  for (const minute of reported) known.set(minute, rows.get(minute) ?? "");
  sum.trades += trades;
  sum.findings.push(...(await reader.check()).findings);
}

async function judgeTrades(
  reader: StoreReader,
  instrument: string,
  bars: StoredBars,
  sum: CrashSum,
  runs: number,
): Promise<number> {
  const { id, time } = await reader.trades({ instrument, ...ALL });
  const rows = await reader.coverage({ instrument, stepMs: 0, ...ALL });
  const isNumbered = !rows.some(({ reason }) => reason.startsWith("as received"));
  if (isNumbered) sum.doubled += id.length - new Set(id).size;
  else {
    // Ids of receipt begin anew with each run: stored twice, they would alternate.
    const descents = id.filter((one, i) => i > 0 && one < id[i - 1]! && time[i]! > time[i - 1]!);
    sum.doubled += Math.max(0, descents.length - runs);
    return id.length;
  }
  for (const { from, to, state } of rows) {
    if (state !== "complete") continue;
    for (let open = Math.ceil(from / MINUTE) * MINUTE; open + MINUTE <= to; open += MINUTE) {
      const row = bars.openTime.indexOf(open);
      if (row < 0) continue;
      const stored = time.filter((one) => one >= open && one < open + MINUTE).length;
      sum.counted++;
      if (stored !== bars.trades[row]) sum.incomplete++;
    }
  }
  return id.length;
}

function textOf(bars: StoredBars, row: number): string {
  const { open, high, low, close, volume, trades, vwap, revision, source } = bars;
  return [open, high, low, close, volume, trades, vwap, revision].map((column) => column[row])
    .concat().join() + source[row];
}

/** What a reader says then: it does not finish what only a writer may. */
const WITHOUT_TABLES: readonly string[] = ["no-store", "store-read-only"];

/** Undefined where it was killed before there was a table. */
async function readerOf(path: string): Promise<StoreReader | undefined> {
  try {
    return await openStoreReader({ kind: "sqlite", path });
  } catch (error) {
    if (error instanceof MarketError && WITHOUT_TABLES.includes(error.code)) return undefined;
    throw error;
  }
}
