import type { TapeReader } from "../recording/tape_reader.ts";
import type { Output, StampedInput } from "../recording/tape_row.ts";

/** One input, and what the program did about it when it was recorded. */
export interface Turn {
  readonly input: StampedInput;
  readonly outputs: readonly Output[];
  /** Rows that were lost right before. */
  readonly lost: number;
  /** The recording was stopped in it: what else the program did in it is not written. */
  readonly isLast: boolean;
}

/** What a program does about one input at most; a recording that says more is not followed further. */
const MAX_OUTPUTS = 100_000;

/**
 * The turns of a recording, in order. The last one of a recording that was cut is left out: what the program did
 * in it may be missing.
 */
export async function* turnsOf(tape: Pick<TapeReader, "blocks">): AsyncGenerator<Turn> {
  let input: StampedInput | undefined;
  let outputs: Output[] = [];
  let lost = 0;
  let lostNext = 0;
  for await (const rows of tape.blocks()) {
    for (const row of rows) {
      if ("out" in row) {
        if (outputs.length < MAX_OUTPUTS) outputs.push(row);
        continue;
      }
      if ("note" in row && row.note === "lost") {
        lostNext += row.rows;
        continue;
      }
      const isLast = "note" in row;
      if (input !== undefined) yield { input, outputs, lost, isLast };
      lost = lostNext;
      lostNext = 0;
      outputs = [];
      input = "in" in row ? row : undefined;
    }
  }
}
