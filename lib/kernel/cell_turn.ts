import { type CodeCell, type Notebook, tagsOf } from "./notebook_file.ts";
import { isSettingCell } from "./parameters.ts";

/** A cell that runs. */
export interface Turn {
  readonly cell: CodeCell;
  /** From 1; empty cells do not count, and the one that sets parameters counts as part of the one before. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
  /** The first line with code, shortened to fit a message. */
  readonly firstLine: string;
}

/** Cells with this tag are skipped; the tag is nbclient's. */
const SKIPPED = "skip-execution";
const FIRST_LINE = 60;

/** The cells that run, in order. */
export function turnsOf({ cells }: Notebook): Turn[] {
  const running = cells.filter((cell): cell is CodeCell =>
    cell.cell_type === "code" && cell.source.trim() !== "" && !tagsOf(cell).includes(SKIPPED)
  );
  const of = running.filter((cell) => !isSettingCell(cell)).length;
  let number = 0;
  return running.map((cell) => {
    if (!isSettingCell(cell)) number++;
    return { cell, number, of, firstLine: firstLineOf(cell.source) };
  });
}

function firstLineOf(source: string): string {
  const lines = source.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const line = lines.find((one) => !one.startsWith("//")) ?? lines[0] ?? "";
  return line.length > FIRST_LINE ? `${line.slice(0, FIRST_LINE - 1)}…` : line;
}
