import { NO_SPARK, type PairScreen, SPARK } from "../pairs/studies/screened_pairs.ts";
import { elementMount } from "./element_mount.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";
import type { Theme } from "./theme.ts";
import { hiddenFeed } from "./trading_view.ts";

/** The event by which a screener says that a pair was opened; its detail is the pair's ids, `BTCUSDT/ETHUSDT`. */
export const PAIR_EVENT = "comove:pair";

/** What the page is given of a screener. */
export interface ScreenerSetting {
  readonly theme: Theme;
  readonly timeframe: string;
}

/** Columns of a packet that are sent as 32-bit numbers. */
const COLUMNS = [
  "r",
  "lo",
  "hi",
  "n",
  "expected",
  "pvalue",
  "adjusted",
  "beta",
  "half",
  "halfLo",
  "halfHi",
  "z",
] as const;
/** Pairs whose spread is drawn: those with the smallest p. */
const DRAWN = 200;

/** Every pair, the smallest p first; some 50 bytes a pair before base64, and 32 for a spread that is drawn. */
export interface ScreenerPacket {
  /** Ids of the instruments, and what readers call them, in the same order. */
  readonly instruments: readonly string[];
  readonly labels: readonly string[];
  readonly first: string;
  readonly second: string;
  readonly columns: Readonly<Record<(typeof COLUMNS)[number], string>>;
  readonly spark: string;
  readonly lag: number;
  readonly tried: number;
  readonly below: number;
  readonly byLuck: number;
  readonly source: string;
}

/** A table of pairs that can be sorted, searched and opened, to be shown once; the feed brings the numbers. */
export function screenerMount(id: string, setting: ScreenerSetting, fallbackHtml = ""): string {
  return elementMount("comove-screener", id, setting, fallbackHtml);
}

/** Rows of a screen with the smallest corrected p first, then the smallest p; untested ones last. */
export function rowsByEvidence({ pvalue, adjusted }: PairScreen): number[] {
  // Finite, so that two unknown ones are equal.
  const rank = (value: number) => Number.isNaN(value) ? 2 : value;
  return [...pvalue.keys()].sort((a, b) =>
    rank(adjusted[a]!) - rank(adjusted[b]!) || rank(pvalue[a]!) - rank(pvalue[b]!) || a - b
  );
}

/** Brings numbers to the screener of the same id. Shows nothing itself. */
export function screenerFeed(
  id: string,
  found: PairScreen,
  { instruments, labels, source }: Pick<ScreenerPacket, "instruments" | "labels" | "source">,
): string {
  const order = rowsByEvidence(found);
  const columns = Object.fromEntries(
    COLUMNS.map((name) =>
      [name, packedNumbers(Float32Array.from(order, (row) => found[name][row]!))] as const
    ),
  ) as ScreenerPacket["columns"];
  const drawn = order.slice(0, DRAWN);
  const spark = new Uint8Array(drawn.length * SPARK);
  drawn.forEach((row, place) => {
    const points = found.spark.subarray(row * SPARK, (row + 1) * SPARK);
    spark.set(new Uint8Array(points.buffer, points.byteOffset, SPARK), place * SPARK);
  });
  const { lag, tried, below, byLuck } = found;
  const packet: ScreenerPacket = {
    instruments,
    labels,
    first: packedNumbers(Uint16Array.from(order, (row) => found.first[row]!)),
    second: packedNumbers(Uint16Array.from(order, (row) => found.second[row]!)),
    columns,
    spark: spark.toBase64(),
    lag,
    tried,
    below,
    byLuck,
    source,
  };
  return hiddenFeed(id, packet);
}

/** The numbers again. */
export function unpackScreener(packet: ScreenerPacket): PairScreen {
  const columns = Object.fromEntries(
    COLUMNS.map((name) =>
      [name, Float64Array.from(new Float32Array(unpackedBytes(packet.columns[name])))] as const
    ),
  ) as Record<(typeof COLUMNS)[number], Float64Array>;
  const first = new Uint16Array(unpackedBytes(packet.first));
  const spark = new Int8Array(first.length * SPARK).fill(NO_SPARK);
  spark.set(new Int8Array(unpackedBytes(packet.spark)));
  const second = new Uint16Array(unpackedBytes(packet.second));
  const { lag, tried, below, byLuck } = packet;
  return { ...columns, first, second, spark, lag, tried, below, byLuck };
}
