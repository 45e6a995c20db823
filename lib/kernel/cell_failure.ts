import type { Turn } from "./cell_turn.ts";
import type { CellOutput } from "./notebook_file.ts";
import type { CellRecord } from "./output_recorder.ts";

/** Why a run ended before the notebook did. */
export interface CellFailure {
  readonly kind: "error" | "timeout" | "kernel-ended";
  readonly cell: number;
  readonly firstLine: string;
  /** What happened, in a sentence without its full stop: "cell 7 (await x()) failed: …". */
  readonly message: string;
  /** As the cell shows it; empty when there is none. */
  readonly traceback: readonly string[];
}

const NAMES = { "timeout": "CellTimeout", "kernel-ended": "KernelEnded" } as const;

/** Records a failure that the cell itself could not output: a timeout or a dead kernel. */
export function failureInPlace(
  { number: cell, firstLine }: Turn,
  record: CellRecord,
  kind: keyof typeof NAMES,
  message: string,
): CellFailure {
  const output: CellOutput = {
    output_type: "error",
    ename: NAMES[kind],
    evalue: message,
    traceback: [`${NAMES[kind]}: ${message}`],
  };
  record.outputs.push(output);
  return { kind, cell, firstLine, message, traceback: [] };
}
