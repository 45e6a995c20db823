import type { Cell } from "../../runtime/database_answer.ts";
import type { PostgresTransaction } from "./postgres_client.ts";

/** Rows written to the socket at once. */
const PIECE = 2_000;

/** Brings new rows into a table by COPY, the fastest way; a row that is there already fails it. */
export async function copyRows(
  sql: PostgresTransaction,
  table: string,
  columns: string,
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  const stream = sql.copyTo(`copy ${table} (${columns}) from stdin`);
  const failed = new Promise<never>((_, reject) => stream.once("error", reject));
  failed.catch(() => {});
  const written = (text: string) =>
    Promise.race([failed, new Promise<void>((resolve) => stream.write(text, () => resolve()))]);
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(row.map(cellText).join("\t"));
    if (lines.length < PIECE) continue;
    await written(`${lines.join("\n")}\n`);
    lines = [];
  }
  if (lines.length > 0) await written(`${lines.join("\n")}\n`);
  await Promise.race([failed, new Promise<void>((resolve) => stream.end(resolve))]);
}

function cellText(cell: Cell): string {
  if (cell === null) return "\\N";
  if (typeof cell === "number") return String(cell);
  return cell.replace(/[\\\t\n\r]/g, (character) => ESCAPED[character]!);
}

const ESCAPED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

/** One column of cells as the text of an array. */
export function arrayText(cells: readonly Cell[]): string {
  const items = cells.map((cell) =>
    cell === null
      ? "null"
      : typeof cell === "number"
      ? String(cell)
      : `"${cell.replace(/[\\"]/g, "\\$&")}"`
  );
  return `{${items.join()}}`;
}
