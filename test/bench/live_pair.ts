/**
 * One open pair of 240 rows: processor time of a closed bar with all five lines read, and the longest part of the tests
 * that come once a minute, over 720 rows. Linux: processor time is that of this process by the kernel's books.
 *
 *     deno run --allow-all test/bench/live_pair.ts
 */
import { pairSettings } from "../../lib/pairs/pair_settings.ts";
import { PAIR_FITS } from "../../lib/pairs/pair_fits.ts";
import { PairState } from "../../lib/pairs/pair_state.ts";
import { pairTestSteps, testedRows } from "../../lib/pairs/pair_tests.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { say } from "../support/say.ts";

const MINUTE = 60_000, BARS = 2_000, MS_A_TICK = 10;
const random = seededRandom(1);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function cpuMs(): number {
  const stat = Deno.readTextFileSync("/proc/self/stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK;
}

const state = new PairState(pairSettings(), MINUTE, PAIR_FITS);
let x = 4, spread = 0, minute = 0;
function push(): void {
  x += 0.001 * gauss();
  spread = 0.977 * spread + 0.00085 * gauss();
  state.push({
    openTime: minute++ * MINUTE,
    y: Math.exp(1 + 1.1 * x + spread),
    x: Math.exp(x),
    isCut: false,
    isPossible: true,
  });
}
function measured(what: string, work: () => void): void {
  const before = cpuMs(), bars = new Float64Array(BARS);
  for (let bar = 0; bar < BARS; bar++) {
    const began = performance.now();
    work();
    bars[bar] = performance.now() - began;
  }
  const cpu = (cpuMs() - before) / BARS, wall = bars.sort();
  say(
    `${what}: ${cpu.toFixed(3)} ms of processor time a bar; of wall time ` +
      `p50 ${wall[BARS * 0.5]!.toFixed(3)}, p99 ${wall[BARS * 0.99]!.toFixed(3)} ms`,
  );
}

for (let bar = 0; bar < 1_000; bar++) push();
measured("least squares, total, Kalman, z, correlation", push);
measured("with Huber and Theil–Sen read at each bar", () => {
  push();
  if (state.reading?.lines.huber.beta === 0) say("no line");
});
let longest = 0, runs = 0;
const began = cpuMs();
for (; runs < 20; runs++) {
  const steps = pairTestSteps(testedRows(state.columns, { most: 720, stepMs: MINUTE }));
  for (let isDone = false; !isDone;) {
    const from = performance.now();
    isDone = steps.next().done === true;
    if (runs > 2) longest = Math.max(longest, performance.now() - from);
  }
}
say(
  `tests of 720 rows: ${((cpuMs() - began) / runs).toFixed(1)} ms of processor time, ` +
    `longest part ${longest.toFixed(1)} ms of wall time`,
);
