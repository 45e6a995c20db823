/**
 * `deno task simulate:faults`: all feeds against their simulated venues, in virtual time, through seeded
 * faults of every kind, judged by the truth. A seed is a run of Binance, IBKR and Deribit at once, and one each of
 * Coinbase and of Kraken.
 *
 * ```sh
 * deno run -A test/simulation/main.ts --seeds 1..200           # the measure: 200 simulated days of each world
deno run -A test/simulation/main.ts --world kraken --seeds 1..200 # of one of them: main, coinbase, kraken
 * deno run -A test/simulation/main.ts --seed 7 --verbose       # one of them again, event by event
 * deno run -A test/simulation/main.ts --seed 7 --quiet         # without a fault: nothing may be called wrong
 * deno run -A test/simulation/main.ts --seeds 1..40 --trades   # trades are kept and judged too
 * deno run -A test/simulation/main.ts --seeds 1..200 --first   # ends with the first seed that is not sound
 * deno run -A test/simulation/main.ts --seeds 1..40 --without-indices # the trading venues alone, to compare hashes
 * deno run -A test/simulation/main.ts --seeds 1..20 --market usdm --data delayed --roll volume # not as drawn
 * ```
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { say } from "../support/say.ts";
import { runWorlds } from "./crew.ts";
import { type Mode, modeOf } from "./mode.ts";
import { type PairOutcome, simulatePairs } from "./pair_world.ts";
import { type AnyOutcome, linesOf, replayCommand, summarize } from "./summary.ts";
import { PAIR_VENUES, type PairVenueId } from "./venue.ts";
import type { PairTask, Task, WorldTask } from "./worker.ts";
import { simulate } from "./world.ts";

const MOST_SHOWN = 10;
const WORLDS = ["all", "main", ...PAIR_VENUES] as const;

const { values } = parseArgs({
  args: Deno.args,
  options: {
    world: { type: "string", default: "all" },
    seeds: { type: "string", default: "1..20" },
    seed: { type: "string" },
    hours: { type: "string", default: "24" },
    start: { type: "string" },
    market: { type: "string" },
    data: { type: "string" },
    roll: { type: "string" },
    quiet: { type: "boolean", default: false },
    "without-indices": { type: "boolean", default: false },
    jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
    trades: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    first: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const world = oneOf("world", values.world, WORLDS);
const hours = numberOf("hours", values.hours, 0.25);
const options = {
  ...(values.start === undefined ? {} : { start: timeOf(values.start) }),
  ...(values.quiet ? { faults: [] } : {}),
  keepsTrades: values.trades,
  hasIndices: !values["without-indices"],
};
const taskOf = (seed: number): WorldTask => ({ seed, hours, mode: modeFor(seed), ...options });
const pairTaskOf = (venue: PairVenueId) => (seed: number): PairTask => ({
  ...{ venue, seed, hours },
  ...(values.quiet ? { faults: [] } : {}),
});
const seeds = values.seed === undefined
  ? seedsOf(values.seeds)
  : [numberOf("seed", values.seed, 0)];
Deno.exit(values.verbose ? await follow(seeds[0]!) : await measure());

/** Runs one seed and tells all that happens in it. */
async function follow(seed: number): Promise<number> {
  const outcome = world === "all" || world === "main"
    ? await simulate({ ...taskOf(seed), log: say })
    : await simulatePairs({ ...pairTaskOf(world)(seed), log: say });
  say("");
  for (const line of linesOf(summarize([outcome]))) say(line);
  report(outcome);
  say(`hash ${outcome.hash} ${"indexHash" in outcome ? outcome.indexHash : ""}`);
  return outcome.verdict.findings.length === 0 ? 0 : 1;
}

async function measure(): Promise<number> {
  const jobs = numberOf("jobs", values.jobs, 1);
  const began = performance.now();
  const isAsked = (name: typeof world) => world === "all" || world === name;
  const main = await run(isAsked("main") ? seeds.map(taskOf) : [], jobs);
  const pairs: PairOutcome[] = [];
  for (const venue of PAIR_VENUES) {
    if (isAsked(venue)) pairs.push(...await run(seeds.map(pairTaskOf(venue)), jobs));
  }
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1_000_000;
  const outcomes: AnyOutcome[] = [...main, ...pairs];
  const summary = summarize(outcomes);
  const hashes: Record<string, string> = {};
  if (main.length > 0) {
    hashes.trading = await hashOf(main, ({ hash }) => hash);
    hashes.index = await hashOf(main, ({ indexHash }) => indexHash);
  }
  for (const venue of PAIR_VENUES.filter(isAsked)) {
    hashes[venue] = await hashOf(pairs.filter((each) => each.venue === venue), ({ hash }) => hash);
  }
  if (values.json) {
    say(JSON.stringify({ ...summary, hashes, seconds, cpuSeconds, jobs }, null, 2));
  } else {
    for (const line of linesOf(summary)) say(line);
    say(
      `processor time   ${(cpuSeconds / summary.days).toFixed(2)} s a simulated day (${
        seconds.toFixed(0)
      } s in all with ${jobs} at once)`,
    );
    say("hash of all events and minutes");
    for (const [name, hash] of Object.entries(hashes)) say(`  ${name.padEnd(15)}${hash}`);
  }
  const worlds = world === "all" ? 1 + PAIR_VENUES.length : 1;
  const isWhole = outcomes.length === worlds * seeds.length;
  return summary.findings === 0 && isWhole ? 0 : 1;
}

/** Runs worlds of one kind, and reports what is wrong with each as it is done. */
async function run<One extends Task>(tasks: readonly One[], jobs: number) {
  const results = await runWorlds(tasks, {
    jobs,
    onResult: ({ task, outcome, failure }) => {
      if (outcome !== undefined) report(outcome);
      if (values.first && outcome?.verdict.findings.length !== 0) Deno.exit(1);
      if (failure !== undefined) {
        say(`seed ${task.seed} failed: ${failure}`);
        say(`  again: ${replayCommand({ hours, ...task })}`);
      }
    },
  });
  return results.flatMap(({ outcome }) => outcome === undefined ? [] : [outcome]);
}

/** Says what is wrong with a run, and how to see it again. */
function report(outcome: AnyOutcome): void {
  const { findings } = outcome.verdict;
  if (findings.length === 0) return;
  const of = "venue" in outcome ? ` of ${outcome.venue}` : "";
  say(`seed ${outcome.seed}${of}: ${findings.length} findings`);
  for (const { property, text } of findings.slice(0, MOST_SHOWN)) say(`  ${property}: ${text}`);
  const trades = values.trades && !("venue" in outcome) ? " --trades" : "";
  say(`  again: ${replayCommand(outcome)}${trades}`);
}

/** As drawn from the seed, where nothing else was asked for. */
function modeFor(seed: number): Mode {
  const { market, data, roll } = modeOf(seed);
  return {
    market: oneOf("market", values.market ?? market, ["spot", "usdm"]),
    data: oneOf("data", values.data ?? data, ["live", "delayed", "live-or-delayed"]),
    roll: oneOf("roll", values.roll ?? roll, ["date", "volume"]),
  };
}

function oneOf<Name extends string>(option: string, text: string, known: readonly Name[]): Name {
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new RangeError(`--${option} must be one of ${known.join(", ")}, got ${text}`);
}

async function hashOf<Each extends AnyOutcome>(
  outcomes: readonly Each[],
  of: (outcome: Each) => string,
): Promise<string> {
  const text = outcomes.map((outcome) => `${outcome.seed} ${of(outcome)}`).join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 32);
}

function seedsOf(text: string): number[] {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first)) {
    throw new RangeError(`--seeds must be FIRST..LAST, got ${text}`);
  }
  return Array.from(
    { length: Number(last) - Number(first) + 1 },
    (_, i) => Number(first) + i,
  );
}

function timeOf(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new RangeError(`--start must be a UTC time, got ${text}`);
  return time;
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least) || !Number.isFinite(value)) {
    throw new RangeError(`--${name} must be a number of at least ${least}, got ${text}`);
  }
  return value;
}
