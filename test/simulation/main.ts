/**
 * `deno task simulate:faults`: all feeds against their simulated venues, in virtual time, through seeded
 * faults of every kind, judged by the truth.
 *
 * ```sh
 * deno run -A test/simulation/main.ts --seeds 1..200           # the measure: 200 simulated days
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
import { linesOf, replayCommand, summarize } from "./summary.ts";
import { type Outcome, simulate } from "./world.ts";

const MOST_SHOWN = 10;

const { values } = parseArgs({
  args: Deno.args,
  options: {
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
const hours = numberOf("hours", values.hours, 0.25);
const options = {
  ...(values.start === undefined ? {} : { start: timeOf(values.start) }),
  ...(values.quiet ? { faults: [] } : {}),
  keepsTrades: values.trades,
  hasIndices: !values["without-indices"],
};
const tasksOf = (seed: number) => ({ seed, hours, mode: modeFor(seed), ...options });
const seeds = values.seed === undefined
  ? seedsOf(values.seeds)
  : [numberOf("seed", values.seed, 0)];
Deno.exit(values.verbose ? await follow(seeds[0]!) : await measure());

/** Runs one seed and tells all that happens in it. */
async function follow(seed: number): Promise<number> {
  const outcome = await simulate({ ...tasksOf(seed), log: say });
  say("");
  for (const line of linesOf(summarize([outcome]))) say(line);
  tell(outcome);
  say(`hash ${outcome.hash} ${outcome.indexHash}`);
  return outcome.verdict.findings.length === 0 ? 0 : 1;
}

async function measure(): Promise<number> {
  const jobs = numberOf("jobs", values.jobs, 1);
  const began = performance.now();
  const results = await runWorlds(seeds.map(tasksOf), {
    jobs,
    onResult: ({ task, outcome, failure }) => {
      if (outcome !== undefined) tell(outcome);
      if (values.first && outcome?.verdict.findings.length !== 0) Deno.exit(1);
      if (failure !== undefined) {
        say(`seed ${task.seed} failed: ${failure}`);
        say(`  again: ${replayCommand(tasksOf(task.seed))}`);
      }
    },
  });
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1_000_000;
  const outcomes = results.flatMap(({ outcome }) => outcome === undefined ? [] : [outcome]);
  const summary = summarize(outcomes);
  const hash = await hashOf(outcomes, "hash");
  const indexHash = await hashOf(outcomes, "indexHash");
  if (values.json) {
    say(JSON.stringify({ ...summary, hash, indexHash, seconds, cpuSeconds, jobs }, null, 2));
  } else {
    for (const line of linesOf(summary)) say(line);
    say(
      `processor time   ${(cpuSeconds / summary.days).toFixed(2)} s a simulated day (${
        seconds.toFixed(0)
      } s in all with ${jobs} at once)`,
    );
    say(`hash             ${hash}, of all events and minutes of the trading venues`);
    say(`                 ${indexHash}, of those of the index venue`);
  }
  return summary.findings === 0 && outcomes.length === results.length ? 0 : 1;
}

/** Says what is wrong with a run, and how to see it again. */
function tell(outcome: Outcome): void {
  const { findings } = outcome.verdict;
  if (findings.length === 0) return;
  say(`seed ${outcome.seed}: ${findings.length} findings`);
  for (const { property, text } of findings.slice(0, MOST_SHOWN)) say(`  ${property}: ${text}`);
  say(`  again: ${replayCommand(outcome)}${values.trades ? " --trades" : ""}`);
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

async function hashOf(
  outcomes: readonly Outcome[],
  name: "hash" | "indexHash",
): Promise<string> {
  const text = outcomes.map((outcome) => `${outcome.seed} ${outcome[name]}`).join("\n");
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
