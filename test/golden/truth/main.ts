/**
 * `deno task truth`: simulations of a planted truth, with seeds, that judge what the statistics promise.
 *
 * ```sh
 * deno task truth                                # every claim; ends with 1 when one does not hold
 * deno task truth --only pearson-of-normal-pairs # one simulation; may be given more than once
 * deno task truth --list                         # the names
 * ```
 */
import { parseArgs } from "node:util";
import { say } from "../../support/say.ts";
import { type Claim, CLAIMS, type ClaimSource } from "./claims.ts";

const USAGE = `deno task truth: judges by simulations what the statistics promise.

  --only NAME  one simulation; may be given more than once
  --list       the names
  --help       show this text
`;

Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: "string", multiple: true },
        list: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) say(USAGE);
    else if (values.list) CLAIMS.forEach(({ name }) => say(name));
    else return await judge(chosen(values.only));
    return 0;
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    say(`${error.message}\n\n${USAGE}`);
    return 1;
  }
}

/** The simulations of the given names, all of them without names. */
function chosen(names: string[] | undefined): readonly ClaimSource[] {
  if (names === undefined) return CLAIMS;
  const unknown = names.filter((name) => !CLAIMS.some((claim) => claim.name === name));
  if (unknown.length > 0) {
    throw new RangeError(
      `no claim ${unknown.join(", ")}; there are ${CLAIMS.map(({ name }) => name).join(", ")}`,
    );
  }
  return CLAIMS.filter(({ name }) => names.includes(name));
}

/** Runs the simulations one by one and prints a row a claim. @returns the exit code. */
async function judge(sources: readonly ClaimSource[]): Promise<number> {
  let failed = 0, judged = 0;
  for (const source of sources) {
    const begun = performance.now();
    const claims = await source.run();
    const seconds = (performance.now() - begun) / 1_000;
    say(`${source.name} (${seconds.toFixed(1)} s)`);
    for (const claim of claims) say(rowOf(claim));
    failed += claims.filter(({ holds }) => !holds).length;
    judged += claims.length;
  }
  say(`${judged - failed} of ${judged} claims hold`);
  return failed === 0 ? 0 : 1;
}

function rowOf({ name, target, figure, holds }: Claim): string {
  return `  ${holds ? "holds" : "FAILS"}  ${name.padEnd(64)}  ${target.padEnd(16)}  ${figure}`;
}
