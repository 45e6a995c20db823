/** One line of an exported `bars_<SYMBOL>_1m.csv`. */
export interface ExportedBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly revision: number;
  readonly source: string;
}

/** Reads a CSV with a header into one record a line. */
export async function readCsv(file: string): Promise<Record<string, string>[]> {
  const [head = "", ...lines] = (await Deno.readTextFile(file)).trimEnd().split("\n");
  const names = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""]));
  });
}

/** Reads the exported bars of a symbol, in file order. */
export async function readBars(dir: string, symbol: string): Promise<ExportedBar[]> {
  return (await readCsv(`${dir}/bars_${symbol}_1m.csv`)).map((row) => ({
    openTime: Number(row.openTime),
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
    revision: Number(row.revision),
    source: row.source ?? "",
  }));
}
