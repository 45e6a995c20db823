/**
 * How often the tails study claims an excess in pairs that have none beyond their correlation and shared volatility, and
 * how often in pairs that crash together, whose innovations and prices are of several kinds.
 *
 *     deno run --allow-read test/simulation/tail_size.ts [MARKETS] [FIRST]
 *
 * Ends with 1 where falls or rises are claimed in more than luck makes of one in twenty. How many crashes are found is
 * shown and has no limit: at 40 crashes among 504 extreme minutes most pairs but not all show them, and the less so the
 * higher their correlation.
 */
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { tailsStudy } from "../../lib/sync/studies/tails.ts";
import { alignedLines } from "../../lib/model/text_columns.ts";
import { say } from "../support/say.ts";
import { mostByLuck } from "./most_by_luck.ts";
import { minutesOf, normalOf, plantedScope } from "./planted_market.ts";

interface Kind {
  readonly name: string;
  readonly correlation: number;
  /** Size of the next move that both share. */
  readonly sizes: (normal: () => number) => () => number;
  /** Smallest step of the price, as a share of it. @default none */
  readonly tick?: number;
}

const one = () => () => 1;
/** Five degrees of freedom. */
const student = (normal: () => number) => () => {
  let chi = 0;
  for (let i = 0; i < 5; i++) chi += normal() ** 2;
  return Math.sqrt(5 / chi);
};
const clustered = (normal: () => number) => {
  let heat = 0;
  return () => {
    heat = 0.97 * heat + 0.12 * normal();
    return Math.exp(heat);
  };
};
const KINDS: readonly Kind[] = [
  { name: "normal", correlation: 0.4, sizes: one },
  { name: "Student's t", correlation: 0.4, sizes: student },
  { name: "clustered volatility", correlation: 0.4, sizes: clustered },
  { name: "clustered volatility, r 0.8", correlation: 0.8, sizes: clustered },
  { name: "clustered volatility, ticks", correlation: 0.4, sizes: clustered, tick: 2e-4 },
];

function pairOf({ correlation, sizes, tick }: Kind, seed: number, crashes: number) {
  const minutes = 7 * DAY / MINUTE, { normal } = normalOf(seed), size = sizes(normal);
  const uniform = seededRandom(seed + 500_000);
  const logs = [4, 7];
  const columns = logs.map(() => new Float64Array(minutes));
  for (let row = 0; row < minutes; row++) {
    const step = 5e-4 * size(), common = normal();
    const other = correlation * common + Math.sqrt(1 - correlation ** 2) * normal();
    const fall = uniform() < crashes ? -6 : 0;
    [common, other].forEach((move, side) => {
      logs[side]! += step * (move + fall);
      const at = tick === undefined ? logs[side]! : tick * Math.round(logs[side]! / tick);
      columns[side]![row] = Math.exp(at);
    });
  }
  return [minutesOf("AUSDT", columns[0]!), minutesOf("BUSDT", columns[1]!)];
}

function claims(kind: Kind, seed: number, crashes: number) {
  const query = { timeframe: "1m", days: 7, hours: "all" } as const;
  const result = tailsStudy.run(plantedScope(pairOf(kind, seed, crashes), query), null);
  if (result.kind === "lacking") throw new Error(result.reason);
  const { falls, rises } = result.found.adjusted;
  return { falls: falls.excess[0] > 0, rises: rises.excess[0] > 0 };
}

const markets = Number(Deno.args[0] ?? 24), first = Number(Deno.args[1] ?? 8_101);
const seeds = Array.from({ length: markets }, (_, i) => first + i);
const wrong: string[] = [];
const rows = KINDS.map((kind) => {
  const without = seeds.map((seed) => claims(kind, seed, 0));
  const falls = without.filter((one) => one.falls).length;
  const rises = without.filter((one) => one.rises).length;
  const found = seeds.filter((seed) => claims(kind, seed, 0.004).falls).length;
  if (Math.max(falls, rises) > mostByLuck(markets)) wrong.push(`${kind.name}: claimed without it`);
  return [kind.name, ...[falls, rises, found].map((count) => `${count} of ${markets}`)];
});
const head = ["pair", "falls, nothing planted", "rises, nothing planted", "falls, crashes planted"];
for (const line of alignedLines([head, ...rows])) say(line);
for (const line of wrong) say(`NOT AS IT SHOULD BE: ${line}`);
if (wrong.length > 0) Deno.exit(1);
