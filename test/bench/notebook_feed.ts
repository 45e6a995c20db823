/**
 * How soon the panels of 05 and 06 are there, and what each venue minute sends to the page afterwards. Each notebook
 * runs on the embedded market in a Deno kernel, cell by cell as Run All does, and the bytes of every output are counted
 * by the display that they go to:
 *
 * `MINUTES=36 SPEED=30 deno run -A test/bench/notebook_feed.ts 05_desk 06_evidence`
 *
 * The minutes are those of the venue. What is sent by local time (the forming candle, the header between two minutes)
 * has a smaller part in a minute the faster the venue's clock runs: `SPEED=1` has it whole. The first minutes, in which
 * the history still comes in, are startup and are reported apart: `STARTUP`. The exit code is 1 when a minute after
 * them is above the limit.
 */
import { Kernel } from "../../lib/kernel/kernel.ts";
import type { KernelMessage } from "../../lib/kernel/message.ts";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { withParameters } from "../../lib/kernel/parameters.ts";
import { MINUTE, SECOND } from "../../lib/model/time.ts";
import { say } from "../support/say.ts";

const MINUTES = Number(Deno.env.get("MINUTES") ?? 36);
const SPEED = Number(Deno.env.get("SPEED") ?? 30);
const STARTUP = Number(Deno.env.get("STARTUP") ?? 4);
/** Bytes of a venue minute. */
const LIMIT = 60_000;
const cwd = new URL("../../notebooks", import.meta.url).pathname;
/** Display of the venue's time, for this file alone: it is not counted. */
const CLOCK = "feed-clock";
const clockCode = `await Deno.jupyter.broadcast("display_data", { data: { "text/plain": ` +
  `String(market.status().venueTime) }, metadata: {}, transient: { display_id: "${CLOCK}" } });`;
const encoder = new TextEncoder();

interface Sent {
  /** Local, monotonic ms. */
  readonly at: number;
  /** Panel and part, without what differs from run to run. */
  readonly display: string;
  readonly bytes: number;
}

/** The outputs of a kernel, as they come. */
class SentOutputs {
  readonly all: Sent[] = [];
  /** Venue time, and the local time at which it was read. */
  clock: { readonly at: number; readonly venueTime: number } | undefined;

  take({ type, content }: KernelMessage): void {
    if (type !== "display_data" && type !== "update_display_data") return;
    const at = performance.now();
    const { display_id = "" } = content.transient as { display_id?: string };
    if (display_id === CLOCK) {
      const text = (content.data as Record<string, string>)["text/plain"];
      this.clock = { at, venueTime: Number(text) };
      return;
    }
    const display = display_id.replace(/-\w{6}-\d+/, "");
    this.all.push({ at, display, bytes: encoder.encode(JSON.stringify(content)).length });
  }
}

/** Runs the cells but the last, which waits for the end. @returns local ms from the first cell to the end of each. */
async function runCells(kernel: Kernel, name: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${cwd}/${name}.ipynb`);
  const notebook = withParameters(parseNotebook(text, { name }), { SPEED, SOURCE: "simulated" });
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code").slice(0, -1);
  const since = performance.now(), lines: string[] = [];
  for (const { source } of cells) {
    const reply = await kernel.execute(source).reply;
    if (!reply.isOk) throw new Error(`${name}: ${reply.ename}: ${reply.evalue} in ${source}`);
    await kernel.fence().reply;
    const tookMs = performance.now() - since;
    const title = /live\(\s*"([^"]+)"/.exec(source)?.[1] ?? source.split("\n", 1)[0]!.slice(0, 40);
    lines.push(`  ${(tookMs / SECOND).toFixed(2).padStart(6)} s  ${title}`);
  }
  return lines;
}

/** Bytes of each venue minute by display; minutes are counted from the first whole one. */
function byMinute(sent: SentOutputs): Map<string, number>[] {
  const { at, venueTime } = sent.clock!;
  const minuteOf = (time: number) => Math.floor((venueTime + (time - at) * SPEED) / MINUTE);
  const first = minuteOf(at) + 1;
  const minutes = Array.from({ length: MINUTES }, () => new Map<string, number>());
  for (const { at: time, display, bytes } of sent.all) {
    const minute = minutes[minuteOf(time) - first];
    minute?.set(display, (minute.get(display) ?? 0) + bytes);
  }
  return minutes;
}

const sumOf = (minute: ReadonlyMap<string, number>) =>
  minute.values().reduce((sum, bytes) => sum + bytes, 0);
const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(1);

/** The largest parts of a minute. */
function partsOf(minute: ReadonlyMap<string, number>): string {
  const parts = [...minute].sort(([, a], [, b]) => b - a).slice(0, 5);
  return parts.map(([display, bytes]) => `${display} ${kilobytes(bytes)}`).join(", ");
}

/** @returns true when no minute after the startup is above the limit. */
async function measure(name: string): Promise<boolean> {
  const sent = new SentOutputs();
  const launched = performance.now();
  await using kernel = await Kernel.start({ cwd, onMessage: (message) => sent.take(message) });
  say(`${name}: kernel up in ${((performance.now() - launched) / SECOND).toFixed(2)} s; then`);
  say((await runCells(kernel, name)).join("\n"));
  await kernel.execute(clockCode).reply;
  await kernel.fence().reply;
  await new Promise((resolve) => setTimeout(resolve, (MINUTES + 1) * MINUTE / SPEED));
  const minutes = byMinute(sent);
  minutes.forEach((minute, i) => {
    const mark = i < STARTUP ? "startup" : sumOf(minute) > LIMIT ? "ABOVE" : "";
    say(`  minute ${i + 1}: ${kilobytes(sumOf(minute))} kB ${mark} (${partsOf(minute)})`);
  });
  const settled = minutes.slice(STARTUP), above = settled.filter((one) => sumOf(one) > LIMIT);
  const sums = settled.map(sumOf).sort((a, b) => a - b);
  const middle = sums[Math.floor(sums.length / 2)]!, most = sums.at(-1)!;
  say(
    `${name}: ${settled.length} minutes at speed ${SPEED}, median ${kilobytes(middle)} kB, most ${
      kilobytes(most)
    } kB, above ${kilobytes(LIMIT)} kB: ${above.length}`,
  );
  return above.length === 0;
}

const kept: boolean[] = [];
for (const name of Deno.args) kept.push(await measure(name));
if (kept.length === 0) throw new RangeError("name a notebook, such as 05_desk");
if (kept.includes(false)) Deno.exitCode = 1;
