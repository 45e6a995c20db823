/**
 * Live pairs of 240 rows: what a closed bar costs by its parts and with all five lines read, of one open pair and of 10,
 * 20 and 50 in one process, and the longest part of the tests that come once a minute, over 720 rows. Processor time is
 * of the whole process, so pauses of the garbage collector are in it, and waits for a busy machine are not; wall time has
 * both. A loop that always does the same shows what of the spread is the machine's.
 *
 *     deno run --allow-all test/bench/live_pair.ts
 */
import process from "node:process";
import { pairSettings } from "../../lib/pairs/pair_settings.ts";
import { PAIR_FITS } from "../../lib/pairs/pair_fits.ts";
import { PairState } from "../../lib/pairs/pair_state.ts";
import { pairTestSteps, testedRows } from "../../lib/pairs/pair_tests.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { say } from "../support/say.ts";

const MINUTE = 60_000, WARM_UP = 1_000, BARS = 2_000, GROWTH_BARS = 100;
const WINDOW = 240, TESTED = 720, TEST_RUNS = 20;
const OPEN_PAIRS = [10, 20, 50] as const;
const random = seededRandom(1);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A pair that returns, bar by bar. */
function openPair() {
  const state = new PairState(pairSettings(), MINUTE, PAIR_FITS);
  let x = 4, spread = 0, minute = 0;
  const push = () => {
    x += 0.001 * gauss();
    spread = 0.977 * spread + 0.00085 * gauss();
    state.push({
      openTime: minute++ * MINUTE,
      y: Math.exp(1 + 1.1 * x + spread),
      x: Math.exp(x),
      isCut: false,
      isPossible: true,
    });
  };
  const read = () => {
    if (state.reading?.lines.huber.beta === 0) say("no line");
  };
  return { state, push, read };
}

/** Processor and wall time of each run, ms, ascending. */
function timesOf(runs: number, work: () => void) {
  const cpu = new Float64Array(runs), wall = new Float64Array(runs);
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage(), began = performance.now();
    work();
    wall[run] = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    cpu[run] = (user + system) / 1_000;
  }
  return { cpu: cpu.sort(), wall: wall.sort() };
}

function quantiles(sorted: Float64Array): string {
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} ms`;
}

/** Log prices of the newest rows that a line rests on, one row on each time. */
function newestLogs(): readonly [Float64Array, Float64Array] {
  one.push();
  const { y, x } = one.state.columns;
  return [y.subarray(-WINDOW).map(Math.log), x.subarray(-WINDOW).map(Math.log)];
}

const one = openPair();
for (let bar = 0; bar < WARM_UP; bar++) one.push();
let sum = 0;
const works = {
  "a loop that always does the same": () => {
    for (let step = 0; step < 300_000; step++) sum += step % 7;
  },
  "Huber's line": () => void PAIR_FITS.robust("huber", ...newestLogs()),
  "Theil–Sen's line": () => void PAIR_FITS.robust("theil-sen", ...newestLogs()),
  "least squares, total, Kalman, z, correlation": one.push,
  "with Huber and Theil–Sen read at each bar": () => {
    one.push();
    one.read();
  },
} as const;
for (const [what, work] of Object.entries(works)) {
  const { cpu, wall } = timesOf(BARS, work);
  say(`${what}: processor ${quantiles(cpu)} a bar; wall ${quantiles(wall)}`);
}

for (const count of OPEN_PAIRS) {
  const pairs = Array.from({ length: count }, openPair);
  for (const { push } of pairs) for (let bar = 0; bar < WARM_UP; bar++) push();
  const { cpu } = timesOf(GROWTH_BARS, () => {
    for (const { push, read } of pairs) {
      push();
      read();
    }
  });
  const median = cpu[GROWTH_BARS / 2]!;
  say(
    `${count} open pairs, a bar of each: processor ${quantiles(cpu)}, ` +
      `${(median / count).toFixed(2)} ms a pair`,
  );
}

if (sum < 0) say("no sum");

const parts: number[] = [];
const { cpu } = timesOf(TEST_RUNS, () => {
  const rows = testedRows(one.state.columns, { most: TESTED, stepMs: MINUTE });
  const steps = pairTestSteps(rows);
  for (let isDone = false; !isDone;) {
    parts.push(timesOf(1, () => void (isDone = steps.next().done === true)).cpu[0]!);
  }
});
say(`tests of ${TESTED} rows: processor ${quantiles(cpu)}`);
say(
  `a part of them, between which other work passes: ${quantiles(Float64Array.from(parts).sort())}`,
);
