/**
 * Mutated frames for every decoder: none may throw, or take long.
 *
 * ```sh
 * deno run -A test/simulation/fuzz/main.ts --frames 1000000
 * deno run -A test/simulation/fuzz/main.ts --frames 1000000 --only expiries # those named so
 * ```
 */
import { parseArgs } from "node:util";
import { say } from "../../support/say.ts";
import { DECODERS } from "./decoders.ts";
import { fuzz } from "./fuzz.ts";

const LONGEST_MS = 50;
const { values } = parseArgs({
  args: Deno.args,
  options: {
    frames: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
  },
});
let isBad = false;
for (const make of DECODERS) {
  const decoder = make();
  if (!decoder.name.includes(values.only)) continue;
  const { name, received, fates, thrown, slowestMs, timedAgain } = fuzz(
    decoder,
    Number(values.frames),
    Number(values.seed),
  );
  const { accepted, ignored, rejected } = fates;
  isBad ||= thrown.length > 0 || slowestMs > LONGEST_MS ||
    accepted + ignored + rejected !== received;
  say(
    `${name}: ${received} received = ${accepted} accepted + ${ignored} ignored + ${rejected} rejected; ${thrown.length} thrown; slowest ${
      slowestMs.toFixed(1)
    } ms (${timedAgain} timed again, alone)`,
  );
  for (const text of thrown) say(`  ${text}`);
}
Deno.exit(isBad ? 1 : 0);
