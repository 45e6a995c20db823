import { MarketError } from "../../model/errors.ts";
import { csvCells, type CsvDelimiter } from "./cells.ts";
import type { CsvLines } from "./lines.ts";
import { readable } from "./readable.ts";

/** Which column of a file holds which value of a bar. */
export interface CsvLayout {
  readonly delimiter: CsvDelimiter;
  /** Names of the columns as written; empty where the file has none. */
  readonly names: readonly string[];
  /** Cells that a line must have. */
  readonly width: number;
  /** Number of the first line that may be a bar. */
  readonly firstLine: number;
  readonly time: number;
  /** Column of the time of day where it is separate from the date. */
  readonly clock: number | undefined;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Columns that may be the volume, the likeliest first. */
  readonly volumes: readonly number[];
  readonly contract: number | undefined;
  /** Columns of the number of trades and of the volume-weighted average price. */
  readonly trades: number | undefined;
  readonly vwap: number | undefined;
  /** Lines above the names that are neither empty nor a bar. */
  readonly skipped: number;
}

const DELIMITERS: readonly CsvDelimiter[] = [",", ";", "\t", "|"];
/** Lines in which the names of the columns are looked for. */
const SAMPLE_LINES = 40;

/** A time and four prices. */
const MIN_CELLS = 5;

/** Column names in lower case without spaces and punctuation; the first match is used. */
const NAMES = {
  time: [
    "opentimems",
    "opentime",
    "unix",
    "unixtime",
    "unixtimestamp",
    "epoch",
    "windowstart",
    "tsevent",
    "timestamp",
    "timestampms",
    "timestamputc",
    "time",
    "timeutc",
    "datetime",
    "date",
    "dateutc",
    "gmttime",
    "utctime",
    "localtime",
    "starttime",
    "begin",
    "start",
    "t",
    "ts",
    "datum",
    "zeit",
    "fecha",
    "data",
    "horodatage",
  ],
  clock: ["time", "clock", "hour", "uhrzeit", "zeit", "hora", "heure", "ora"],
  open: ["open", "openprice", "o", "1open", "opening", "eröffnung", "apertura", "ouverture"].concat(
    ["abertura", "öffnung", "priceopen"],
  ),
  high: ["high", "highprice", "h", "2high", "hoch", "máximo", "maximo", "haut", "plushaut"].concat(
    ["max", "massimo", "máxima", "pricehigh"],
  ),
  low: ["low", "lowprice", "l", "3low", "tief", "mínimo", "minimo", "bas", "plusbas", "min"].concat(
    ["mínima", "pricelow"],
  ),
  close: ["close", "closeprice", "c", "4close", "last", "schluss", "schlusskurs", "cierre"].concat(
    ["clôture", "cloture", "chiusura", "fechamento", "último", "ultimo", "dernier", "price"],
    ["priceclose"],
  ),
  volume: ["volume", "vol", "v", "5volume", "volumen", "volumes", "tickvolume", "tickvol"],
  contract: ["contract", "symbol", "ticker", "instrument", "instrumentid"],
  trades: ["trades", "count", "numberoftrades", "tradecount", "tradescount"],
  vwap: ["vwap", "weightedaverageprice"],
} as const;

/**
 * Finds how a file is laid out: what separates its cells, which line names the columns and which of them are a
 * bar's. Without names, `time, open, high, low, close, volume` is assumed, as most venues write it; the time may
 * take two cells.
 *
 * @throws {MarketError} `bars-file` when the columns of a bar cannot be found.
 */
export function csvLayout(lines: CsvLines, file: string): CsvLayout {
  const sample: { readonly line: string; readonly number: number }[] = [];
  for (let line = lines.next(); line !== undefined && sample.length < SAMPLE_LINES;) {
    if (line.trim() !== "") sample.push({ line, number: lines.number });
    line = lines.next();
  }
  for (const [at, { line }] of sample.entries()) {
    for (const delimiter of DELIMITERS) {
      const names = csvCells(line, delimiter);
      if (names.length < MIN_CELLS) continue;
      const below = sample.slice(at + 1, at + 3).map((one) => csvCells(one.line, delimiter));
      const found = named(names, below);
      if (found === undefined) continue;
      const { lead, ...columns } = found;
      assertNamedOnce(columns, file);
      const bars = sample.slice(at + 1 + lead);
      const firstLine = bars[0]?.number ?? sample.at(-1)!.number + 1;
      const clock = clockOf(columns, csvCells(bars[0]?.line ?? "", delimiter));
      return { delimiter, firstLine, skipped: commentsAbove(sample, at), ...columns, ...clock };
    }
  }
  for (const [at, { line, number }] of sample.entries()) {
    for (const delimiter of DELIMITERS) {
      if (csvCells(line, delimiter).length < MIN_CELLS) continue;
      const rows = sample.slice(at).map((one) => csvCells(one.line, delimiter));
      const found = unnamed(rows);
      if (found === undefined) continue;
      const above = csvCells(sample[at - 1]?.line ?? "", delimiter);
      // Columns with unknown names may be in any order, so positions prove nothing.
      if (above.length >= found.close && above.length > 1) {
        throw lacking(sample[at - 1]!.line, file);
      }
      return { delimiter, firstLine: number, skipped: commentsAbove(sample, at), ...found };
    }
  }
  throw lacking(sample[0]?.line ?? "", file);
}

type Columns = Omit<CsvLayout, "delimiter" | "firstLine" | "skipped">;

/** Spreadsheets write a first line `sep=;` that names the delimiter. */
function commentsAbove(sample: readonly { readonly line: string }[], at: number): number {
  return sample.slice(0, at).filter(({ line }) => !/^"?sep=/i.test(line)).length;
}

/** Columns by their names; a table of yfinance has the name of the time in a line of its own, some lines below. */
function named(
  names: readonly string[],
  below: readonly (readonly string[])[],
): (Columns & { readonly lead: number }) | undefined {
  const bare = names.map(bareName);
  const at = (wanted: readonly string[]) => {
    const name = wanted.flatMap((one) => [one, lossy(one)]).find((one) => bare.includes(one));
    return name === undefined ? undefined : bare.indexOf(name);
  };
  const [open, high, low, close] = [at(NAMES.open), at(NAMES.high), at(NAMES.low), at(NAMES.close)];
  if (open === undefined || high === undefined || low === undefined || close === undefined) return;
  let time = at(NAMES.time), lead = 0;
  if (time === undefined || time === close) {
    const isTime = (name: string) => (NAMES.time as readonly string[]).includes(bareName(name));
    lead = 1 +
      below.findIndex(([first = "", ...others]) =>
        isTime(first) && others.every((cell) => cell === "")
      );
    if (lead === 0) return undefined;
    time = 0;
  }
  const exact = NAMES.volume.map((name) => bare.indexOf(name)).filter((place) => place >= 0);
  const longer = bare.flatMap((name, place) => name.startsWith("volume") ? [place] : []);
  const width = names.length - [...names].reverse().findIndex((name) => name !== "");
  return {
    names,
    width,
    time,
    clock: undefined,
    open,
    high,
    low,
    close,
    lead,
    volumes: [...new Set([...exact, ...longer])],
    contract: at(NAMES.contract),
    trades: at(NAMES.trades),
    vwap: at(NAMES.vwap),
  };
}

/** What remains of a name whose non-ASCII letters were not encoded as UTF-8. */
function lossy(name: string): string {
  return name.replace(/[^a-z0-9]/g, "");
}

function bareName(name: string): string {
  // Text in brackets is a unit, unless the whole name is in brackets.
  const bare = name.replace(/(?<=\S)\s*\([^)]*\)/g, "");
  return bare.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

/** A date in one column with the time of day in another. */
function clockOf({ names, time }: Columns, cells: readonly string[]): Partial<CsvLayout> {
  const bare = names.map(bareName);
  const date = bare.findIndex((name) => ["date", "datum", "fecha", "data"].includes(name));
  const clock = bare.findIndex((name, at) =>
    (NAMES.clock as readonly string[]).includes(name) && at !== date
  );
  const isPair = date >= 0 && clock >= 0 && (time === date || time === clock) &&
    /^\d{1,2}(?::?\d{2}){1,2}(?:\.\d+)?$/.test(cells[clock] ?? "");
  return isPair ? { time: date, clock } : {};
}

/** Klines in Binance's archive have no names in older files; source: binance-public-data, "Klines". */
const BINANCE_CELLS = 12;
const BINANCE_TRADES = 8;

const IS_TIME = /^\d{9,19}(?:\.\d*)?$|^\d{4}[-/.]?\d{2}[-/.]?\d{2}|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}/;
const IS_PRICE = /^-?\d[\d.,]*$/;

/** Columns of a file without names, by its first lines. */
function unnamed(rows: readonly (readonly string[])[]): Columns | undefined {
  const cells = rows[0]!;
  if (!IS_TIME.test(cells[0] ?? "")) return undefined;
  const hasClock = /^\d{1,2}:\d{2}(?::\d{2})?$/.test(cells[1] ?? "");
  const first = hasClock ? 2 : 1;
  if (cells.length < first + 4) return undefined;
  if (!cells.slice(first, first + 4).every((cell) => IS_PRICE.test(cell))) return undefined;
  return {
    names: [],
    width: cells.length,
    time: 0,
    clock: hasClock ? 1 : undefined,
    ...orderOfPrices(rows, first),
    volumes: cells.length > first + 4 ? [first + 4] : [],
    contract: undefined,
    trades: cells.length === BINANCE_CELLS && !hasClock ? BINANCE_TRADES : undefined,
    vwap: undefined,
  };
}

/** Open, high, low, close, as nearly all write; Coinbase writes low, high, open, close. */
function orderOfPrices(rows: readonly (readonly string[])[], first: number) {
  const usual = { open: first, high: first + 1, low: first + 2, close: first + 3 };
  const coinbase = { low: first, high: first + 1, open: first + 2, close: first + 3 };
  const fitting = (order: typeof usual) =>
    rows.filter((cells) => {
      const price = (name: keyof typeof usual) => Number(cells[order[name]]);
      return price("high") >= Math.max(price("open"), price("close")) &&
        price("low") <= Math.min(price("open"), price("close"));
    }).length;
  return fitting(coinbase) > 2 * fitting(usual) ? coinbase : usual;
}

function assertNamedOnce(columns: Columns, file: string): void {
  const { names, time, open, high, low, close } = columns;
  for (const place of [time, open, high, low, close]) {
    const again = names.findIndex((name, at) =>
      at > place && name !== "" && bareName(name) === bareName(names[place]!)
    );
    if (again < 0) continue;
    throw new MarketError(
      "bars-file",
      "configure",
      `${file} cannot be read as bars: columns ${place + 1} and ${again + 1} are both named ${
        names[place]
      }, and only one can be right. Remove the other.`,
    );
  }
}

function lacking(line: string, file: string): MarketError {
  const cells = DELIMITERS.map((delimiter) => csvCells(line, delimiter))
    .reduce((a, b) => b.length > a.length ? b : a);
  const bare = cells.map(bareName);
  const isThere = (wanted: readonly string[]) => wanted.some((name) => bare.includes(name));
  const prices = (["open", "high", "low", "close"] as const).filter((name) =>
    !isThere(NAMES[name])
  );
  const missing = [...(isThere(NAMES.time) ? [] : ["openTime or timestamp"]), ...prices].join(", ");
  const names = cells.filter((name) => name !== "").slice(0, 12).map((name) => readable(name, 24))
    .join(", ");
  const what = line === "" ? "it begins with no line" : `its first line is ${names}`;
  return new MarketError(
    "bars-file",
    "configure",
    `${file} cannot be read as bars: ${what}${
      cells.length > 12 ? ", …" : ""
    }, with no column ${missing}. Name the columns openTime (epoch ms) or timestamp, open, high, low, close and volume.`,
  );
}
