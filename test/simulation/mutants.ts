/**
 * Breaks the program under test on purpose, one line at a time, in a copy of it, and runs the harness on the
 * copy: every mutant must turn it red. What survives shows where the harness looks away.
 *
 * ```sh
 * deno run -A test/simulation/mutants.ts            # all
 * deno run -A test/simulation/mutants.ts "not paced" # those named so
 * ```
 */
import { say } from "../support/say.ts";

interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    what: "Binance: lost minutes are not healed",
    file: "lib/feeds/binance/healer.ts",
    find: "if (hole === undefined) break;",
    replace: "if (hole === undefined || stream.wasExpected(hole.from)) break;",
  },
  {
    what: "Binance: a row of history is believed while it is being made",
    file: "lib/feeds/binance/healer.ts",
    find: "if (!isFinal) continue;",
    replace: "",
  },
  {
    what: "Binance: an answer cut short proves what it lacks",
    file: "lib/feeds/binance/healer.ts",
    find: "minute >= asked.from && minute < newest && !known.has(minute)",
    replace: "minute >= asked.from && !known.has(minute)",
  },
  {
    what: "Binance: silence is not noticed",
    file: "lib/feeds/binance/silence.ts",
    find: "if (silentMs <= limitMs) return [];",
    replace: "if (silentMs <= limitMs * 1_000) return [];",
  },
  {
    what: "Binance: the socket before a renewal is kept",
    file: "lib/feeds/binance/stream_line.ts",
    find: "#takeOver(): void {\n    this.#drop(this.#current);",
    replace: "#takeOver(): void {",
  },
  {
    what: "Binance: Retry-After is not read",
    file: "lib/wire/binance_error.ts",
    find: "? seconds * 1_000 : undefined",
    replace: "? 0 * seconds : undefined",
  },
  {
    what: "IBKR: lost minutes are not healed",
    file: "lib/feeds/ibkr/healer.ts",
    find: "if (first === undefined) {",
    replace: "if (first === undefined || first.from >= this.#options.record.liveFrom) {",
  },
  {
    what: "IBKR: one answer without data is proof",
    file: "lib/feeds/ibkr/healer.ts",
    find: "isEnough && !this.#isYoung(time));\n      this.#settle",
    replace: "isEnough || !this.#isYoung(time));\n      this.#settle",
  },
  {
    what: "IBKR: an answer cut short proves what it lacks",
    file: "lib/feeds/ibkr/healer.ts",
    find: "return isLongAgo || provesAbsent",
    replace: "return true || provesAbsent",
  },
  {
    what: "IBKR: a half-open connection is not noticed",
    file: "lib/feeds/ibkr/clock_probe.ts",
    find: "ANSWER_LIMIT_FLOOR_MS) ? waited : undefined",
    replace: "ANSWER_LIMIT_FLOOR_MS) ? undefined : undefined",
  },
  {
    what: "IBKR: dead streams are not noticed",
    file: "lib/feeds/ibkr/liveness.ts",
    find: 'if (verdict === "fine") return;',
    replace: "return;",
  },
  {
    what: "IBKR: the hours of the expiring month are the market's",
    file: "lib/feeds/ibkr/contracts.ts",
    find: "(quarter) => quarter.future).reverse();",
    replace: "(quarter) => quarter.future);",
  },
  {
    what: "IBKR: the client id in use is tried again",
    file: "lib/feeds/ibkr/client_ids.ts",
    find: "if (id === this.#configured) this.#heldUntil = now + HELD_MS;",
    replace: "if (id === this.#configured) this.#heldUntil = now;",
  },
  {
    what: "IBKR: connections are not closed",
    file: "lib/feeds/ibkr/session.ts",
    find: "await this.#gateway?.close();",
    replace: "",
  },
  {
    what: "IBKR: requests are not paced",
    file: "lib/feeds/ibkr/history_budget.ts",
    find: "return Math.max(\n      0,",
    replace: "return 0 * Math.max(\n      0,",
  },
  {
    what: "a minute closes with eleven of its twelve parts",
    file: "lib/bars/minute_builder.ts",
    find: "const closed = present.length === PARTS;",
    replace: "const closed = present.length >= PARTS - 1;",
  },
  {
    what: "a minute told again is a revision",
    file: "lib/bars/minute_ledger.ts",
    find: "if (old !== undefined && sameValues(old, bar)) {",
    replace: "if (old !== undefined && sameValues(old, bar) && bar.openTime < 0) {",
  },
  {
    what: "an impossible bar is believed",
    file: "lib/model/bar.ts",
    find: "if (!Number.isSafeInteger(openTime) ||",
    replace: "if (stepMs > 0) return undefined;\n  if (!Number.isSafeInteger(openTime) ||",
  },
  {
    what: "the wait between attempts is five minutes longer",
    file: "lib/feeds/connection.ts",
    find: "const delayMs = retryDelay(",
    replace: "const delayMs = 300_000 + retryDelay(",
  },
  {
    what: "a peer that says when to come back is kept waiting",
    file: "lib/feeds/connection.ts",
    find: 'if (remedy !== "wait" ||',
    replace: 'if (remedy !== "never" ||',
  },
  {
    what: "venue time is taken from the wall clock",
    file: "lib/feeds/venue_clock.ts",
    find: "return this.#low + this.#speed * this.#clock.monotonic();",
    replace:
      "return this.#low + this.#speed * (this.#clock.monotonic() + this.#clock.now() % 1e10 * 1e-4);",
  },
];

/** Seeds and hours that a mutant has to survive, after the quick tests, to be called alive. */
const SEEDS = "1..12";
const HOURS = "12";
const COPIED = ["lib", "test/simulation", "test/support", "deno.json", "deno.lock"];

const root = new URL("../../", import.meta.url).pathname;
const copy = await Deno.makeTempDir();
const chosen = MUTANTS.filter(({ what }) => what.includes(Deno.args[0] ?? ""));
let survivors = 0;
try {
  for (const path of COPIED) await copyInto(path);
  if (!await isGreen()) throw new Error("the harness is red without any mutant");
  for (const mutant of chosen) {
    const file = `${copy}/${mutant.file}`;
    const text = await Deno.readTextFile(file);
    if (text.split(mutant.find).length !== 2) {
      throw new Error(`${mutant.file} must hold this exactly once: ${mutant.find}`);
    }
    await Deno.writeTextFile(file, text.replace(mutant.find, () => mutant.replace));
    const survived = await isGreen();
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

/** Runs the harness on the copy: the quick tests, and when they see nothing, the seeds. */
async function isGreen(): Promise<boolean> {
  const seeds = ["run", "-A", "--no-check", "test/simulation/main.ts"];
  return await succeeds(["test", "-A", "--no-check", "--fail-fast", "test/simulation"]) &&
    await succeeds([...seeds, "--seeds", SEEDS, "--hours", HOURS]);
}

async function succeeds(args: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    ...{ args, cwd: copy, stdout: "null", stderr: "null" },
  });
  return (await command.output()).success;
}
