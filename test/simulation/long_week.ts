/**
 * Weeks in which the calendar does something, whole, under seeded faults: clocks change, contracts roll,
 * holidays cut sessions short.
 *
 * ```sh
 * deno run -A test/simulation/long_week.ts                    # every week with three seeds, and without a fault
 * TZ=Australia/Lord_Howe deno run -A test/simulation/long_week.ts --seeds 4..4 # as a machine there sees it
 * ```
 */
import { parseArgs } from "node:util";
import { formatUtc } from "../../lib/model/time.ts";
import { say } from "../support/say.ts";
import { runWorlds } from "./crew.ts";
import { judgeWeek } from "./week_judge.ts";
import { linesOf, replayCommand, summarize } from "./summary.ts";
import { hoursOf, type Week, WEEKS } from "./weeks.ts";
import type { WorldTask } from "./worker.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    seeds: { type: "string", default: "1..3" },
    jobs: { type: "string", default: String(navigator.hardwareConcurrency) },
  },
});
Deno.exit(await measure(seedsOf(values.seeds), Math.max(1, Number(values.jobs))));

async function measure(seeds: readonly number[], jobs: number): Promise<number> {
  const began = performance.now();
  const weekOf = new Map<WorldTask, Week>();
  for (const week of WEEKS) {
    const common = { hours: hoursOf(week), start: week.from };
    for (const seed of seeds) weekOf.set({ seed, ...common }, week);
    weekOf.set({ seed: seeds[0]!, ...common, faults: [] }, week);
  }
  let isSound = true;
  const results = await runWorlds([...weekOf.keys()], {
    jobs,
    onResult: ({ task, outcome, failure }) => {
      const week = weekOf.get(task)!;
      const faults = task.faults === undefined ? `${outcome?.faults.length} faults` : "no fault";
      const found = outcome === undefined ? [`failed: ${failure}`] : judgeWeek(outcome, week);
      const minutes = outcome?.verdict.count.compared ?? 0;
      say(
        `${week.name}, seed ${task.seed}: ${faults}, ${minutes} minutes from ${
          formatUtc(week.from)
        } to ${formatUtc(week.to)}, ${found.length} findings`,
      );
      for (const text of found.slice(0, 10)) say(`  ${text}`);
      if (found.length === 0) return;
      isSound = false;
      say(`  again: ${replayCommand({ ...task, hours: hoursOf(week) })}`);
    },
  });
  const outcomes = results.flatMap(({ outcome }) => outcome === undefined ? [] : [outcome]);
  for (const line of linesOf(summarize(outcomes))) say(line);
  say(`${((performance.now() - began) / 1_000).toFixed(0)} s with ${jobs} threads`);
  return isSound ? 0 : 1;
}

function seedsOf(text: string): number[] {
  const [, first, last] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (first === undefined || Number(last) < Number(first)) {
    throw new RangeError(`--seeds must be FIRST..LAST, got ${text}`);
  }
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
}
