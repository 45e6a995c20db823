/**
 * Breaks the program under test on purpose, one line at a time, in a copy of it, and runs the harness on the
 * copy: every mutant must turn it red. What survives shows where the harness looks away.
 *
 * ```sh
 * deno run -A test/simulation/mutants.ts            # all
 * deno run -A test/simulation/mutants.ts "not paced" # those named so
 * deno run -A test/simulation/mutants.ts Kraken      # those of one venue
 * ```
 */
import { say } from "../support/say.ts";
import { type Mutant, MUTANTS } from "./mutant_list.ts";
import { PAIR_MUTANTS } from "./pair_mutants.ts";

/** Seeds and hours that a mutant has to survive, after the quick tests, to be called alive. */
const SEEDS = "1..8";
const HOURS = "24";
const COPIED = ["lib", "test/simulation", "test/support", "deno.json", "deno.lock"];
const QUICK = ["simulation", "found", "weeks"].map((name) => `test/simulation/${name}_test.ts`);
const QUICK_PAIRS = ["test/simulation/pairs_test.ts"];

const root = new URL("../../", import.meta.url).pathname;
const copy = await Deno.makeTempDir();
const chosen = [...MUTANTS, ...PAIR_MUTANTS].filter(({ what }) =>
  what.includes(Deno.args[0] ?? "")
);
let survivors = 0;
try {
  for (const path of COPIED) await copyInto(path);
  for (const world of new Set(chosen.map((mutant) => mutant.world))) {
    if (!await isGreen({ world })) throw new Error("the harness is red without any mutant");
  }
  for (const mutant of chosen) {
    const file = `${copy}/${mutant.file}`;
    const text = await Deno.readTextFile(file);
    if (text.split(mutant.find).length !== 2) {
      throw new Error(`${mutant.file} must hold this exactly once: ${mutant.find}`);
    }
    await Deno.writeTextFile(file, text.replace(mutant.find, () => mutant.replace));
    const survived = await isGreen(mutant);
    if (survived) survivors++;
    say(`${survived ? "ALIVE" : "found"}  ${mutant.what}`);
    await Deno.writeTextFile(file, text);
  }
} finally {
  await Deno.remove(copy, { recursive: true });
}
say(`${chosen.length - survivors} of ${chosen.length} mutants found`);
Deno.exit(survivors === 0 ? 0 : 1);

async function copyInto(path: string): Promise<void> {
  const info = await Deno.stat(root + path);
  if (info.isFile) return await Deno.copyFile(root + path, `${copy}/${path}`);
  await Deno.mkdir(`${copy}/${path}`, { recursive: true });
  for await (const { name } of Deno.readDir(root + path)) await copyInto(`${path}/${name}`);
}

/** Runs the harness of a world on the copy: the quick tests, and when they see nothing, the seeds. */
async function isGreen({ world }: { readonly world?: Mutant["world"] | undefined }) {
  const seeds = ["run", "-A", "--no-check", "test/simulation/main.ts", "--world", world ?? "main"];
  const quick = world === undefined ? QUICK : QUICK_PAIRS;
  return await succeeds(["test", "-A", "--no-check", "--fail-fast", ...quick]) &&
    await succeeds([...seeds, "--first", "--seeds", SEEDS, "--hours", HOURS]);
}

async function succeeds(args: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    ...{ args, cwd: copy, stdout: "null", stderr: "null" },
  });
  return (await command.output()).success;
}
