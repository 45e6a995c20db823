/**
 * The feeds of venues of pairs against their simulated servers, in virtual time, through seeded faults of every
 * kind, judged by the truth.
 *
 * ```sh
 * deno run -A test/simulation/pairs_main.ts --venue coinbase --seeds 1..200   # the measure: 200 simulated days
 * deno run -A test/simulation/pairs_main.ts --venue kraken --seed 7 --verbose # one of them, event by event
 * ```
 */
import { parseArgs } from "node:util";
import { say } from "../support/say.ts";
import { type PairOutcome, type PairWorldOptions, simulatePairs } from "./pair_world.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    venue: { type: "string", default: "coinbase" },
    seeds: { type: "string", default: "1..20" },
    seed: { type: "string" },
    hours: { type: "string", default: "24" },
    quiet: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
const [first, last] = (values.seed ?? values.seeds).split("..").map(Number);
const NUMBERS = ["compared", "lost", "doubled", "altered", "invented", "empty"] as const;
const MORE = ["faults", "trades", "healedTrades"] as const;
const sum = Object.fromEntries([...NUMBERS, ...MORE].map((name) => [name, 0]));
let unsound = 0;
for (let seed = first!; seed <= (last ?? first!); seed++) {
  const outcome: PairOutcome = await simulatePairs({
    venue: values.venue as PairWorldOptions["venue"],
    seed,
    hours: Number(values.hours),
    hasFaults: !values.quiet,
    ...(values.verbose ? { log: say } : {}),
  });
  for (const name of [...NUMBERS, ...MORE]) sum[name]! += outcome[name];
  if (outcome.findings.length === 0) continue;
  unsound++;
  for (const finding of outcome.findings.slice(0, 5)) say(`seed ${seed}: ${finding}`);
}
const seeds = (last ?? first!) - first! + 1;
say(`${values.venue}: ${seeds} seeds of ${values.hours} h, ${unsound} not sound`);
say(Object.entries(sum).map(([name, value]) => `${value} ${name}`).join(", "));
Deno.exit(unsound === 0 ? 0 : 1);
