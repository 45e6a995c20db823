import { encodeManifest, type Manifest } from "../../../lib/feeds/recording/manifest.ts";
import { openTape, type TapeEnding } from "../../../lib/feeds/recording/tape_reader.ts";
import type { Row } from "../../../lib/feeds/recording/tape_row.ts";
import { TapeWriter, type TapeWriterOptions } from "../../../lib/feeds/recording/tape_writer.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";
import { MemoryDisk } from "./memory_disk.ts";

export const MANIFEST: Manifest = {
  startedAt: Date.UTC(2025, 11, 3, 14),
  source: "simulated",
  instruments: ["BTCUSDT", "ES"],
  settings: { clock: { speed: 1 } },
};

/** A message of about a hundred bytes, told apart by its number. */
export function message(number: number): Row {
  const text = JSON.stringify({
    stream: "btcusdt@trade",
    data: { t: number, p: "91234.56", q: "µ" },
  });
  return {
    in: "socket-text",
    id: 1,
    text,
    at: 1_000 + number / 8,
    wall: 1_764_771_000_000 + number,
  };
}

/** A writer on a disk in memory. */
export function writerOn(disk: MemoryDisk, options: Partial<TapeWriterOptions> = {}) {
  const clock = new ManualClock();
  const writer = new TapeWriter({
    folder: "tape",
    files: disk.bytes,
    clock,
    log: silentLog,
    ...options,
  });
  void disk.tape.files.writeText("tape/manifest.json", encodeManifest(MANIFEST));
  return { writer, clock };
}

/** Everything that a reader gives. */
export async function readAll(disk: MemoryDisk): Promise<{ rows: Row[]; ending: TapeEnding }> {
  const tape = await openTape("tape", disk.tape);
  const rows: Row[] = [];
  for await (const block of tape.blocks()) rows.push(...block);
  return { rows, ending: tape.ending! };
}

/** Lets the writer's disk work, which takes real time. */
export async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error("not done within 5 s");
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
