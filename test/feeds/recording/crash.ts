import assert from "node:assert/strict";
import { encodeManifest } from "../../../lib/feeds/recording/manifest.ts";
import { openTape } from "../../../lib/feeds/recording/tape_reader.ts";
import { encodeRow } from "../../../lib/feeds/recording/tape_row.ts";
import { systemDisk } from "../../../lib/market/market_replay.ts";
import { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import { MANIFEST, message } from "./tapes.ts";

/** What came of all the crashes. */
export interface CrashSummary {
  readonly crashes: number;
  /** Rows read back, and of them those that were not what was written. */
  readonly rows: number;
  readonly corrupt: number;
  /** Rows that were said to be on the disk and are not. */
  readonly missing: number;
  /** Files that ended in half a block. */
  readonly torn: number;
  readonly slowestOpenMs: number;
}

const CHILD = new URL("./crash_child.ts", import.meta.url).pathname;
/** The first block takes about this long to fill; killing goes on through several files. */
const LONGEST_MS = 700;

/** Kills a recording process that often with SIGKILL, each time at a random instant, and reads what it left. */
export async function crashes(
  count: number,
  { dir, jobs, seed }: { readonly dir: string; readonly jobs: number; readonly seed: number },
): Promise<CrashSummary> {
  const random = new SeededRandom(seed, "instants of crashes");
  const instants = Array.from({ length: count }, () => random.next() * LONGEST_MS);
  const sum = { crashes: 0, rows: 0, corrupt: 0, missing: 0, torn: 0, slowestOpenMs: 0 };
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let instant = instants.pop(); instant !== undefined; instant = instants.pop()) {
      const folder = `${dir}/${count - instants.length}`;
      const promised = await killedAfter(instant, folder);
      const began = performance.now();
      const { rows, corrupt, isTorn } = await readBack(folder);
      sum.slowestOpenMs = Math.max(sum.slowestOpenMs, performance.now() - began);
      sum.crashes++;
      sum.rows += rows;
      sum.corrupt += corrupt;
      sum.missing += Math.max(0, promised - rows);
      sum.torn += isTorn ? 1 : 0;
      await Deno.remove(folder, { recursive: true });
    }
  }));
  return sum;
}

/** @returns rows that the process said were on the disk before it was killed. */
async function killedAfter(instant: number, folder: string): Promise<number> {
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/manifest.json`, encodeManifest(MANIFEST));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", `--allow-read`, `--allow-write=${folder}`, CHILD, folder],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    timer ??= setTimeout(() => child.kill("SIGKILL"), instant);
  }
  clearTimeout(timer);
  const { signal } = await child.status;
  assert.equal(signal, "SIGKILL", "the process ended by itself");
  const whole = said.slice(0, said.lastIndexOf("\n") + 1).trim().split("\n");
  return Number(whole.at(-1));
}

async function readBack(folder: string) {
  const tape = await openTape(folder, systemDisk);
  let rows = 0;
  let corrupt = 0;
  for await (const block of tape.blocks()) {
    for (const row of block) if (encodeRow(row) !== encodeRow(message(rows++))) corrupt++;
  }
  const { ending } = tape;
  return { rows, corrupt, isTorn: ending?.kind === "cut" && ending.lostBytes > 0 };
}
