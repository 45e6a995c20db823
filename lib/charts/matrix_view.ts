import type { MarketMatrix } from "../sync/studies/market_matrix.ts";
import { elementMount } from "./element_mount.ts";
import { packedNumbers, unpackedBytes } from "./packed_numbers.ts";
import type { Theme } from "./theme.ts";
import { hiddenFeed } from "./trading_view.ts";

/** What the page is given of a matrix. */
export interface MatrixSetting {
  readonly theme: Theme;
  readonly timeframe: string;
}

/** Numbers as 16-bit ten-thousandths and 32-bit counts, little-endian in base64; some 25 bytes a pair. */
export interface MatrixPacket {
  readonly labels: readonly string[];
  readonly order: readonly number[];
  readonly awaited: readonly number[];
  readonly r: string;
  readonly lo: string;
  readonly hi: string;
  readonly partial: string;
  readonly adjusted: string;
  readonly n: string;
  readonly expected: string;
  readonly partialN: number;
  readonly partialNote: string;
  readonly source: string;
}

/** A matrix whose cells can be opened, to be shown once; the feed brings the numbers. */
export function matrixMount(id: string, setting: MatrixSetting, fallbackHtml = ""): string {
  return elementMount("comove-matrix", id, setting, fallbackHtml);
}

/** Brings numbers to the matrix of the same id. Shows nothing itself. */
export function matrixFeed(
  id: string,
  found: MarketMatrix,
  { labels, source }: { readonly labels: readonly string[]; readonly source: string },
): string {
  const { order, awaited, partialN, partialNote } = found;
  const packet: MatrixPacket = {
    labels,
    order,
    awaited,
    r: shares(found.r),
    lo: shares(found.lo),
    hi: shares(found.hi),
    partial: shares(found.partial),
    adjusted: shares(found.adjusted),
    n: packedNumbers(Uint32Array.from(found.n)),
    expected: packedNumbers(Uint32Array.from(found.expected)),
    partialN,
    partialNote,
    source,
  };
  return hiddenFeed(id, packet);
}

/** The numbers again. */
export function unpackMatrix(packet: MatrixPacket): MarketMatrix {
  const numbers = (text: string) =>
    Float64Array.from(
      new Int16Array(unpackedBytes(text)),
      (part) => part === UNKNOWN ? NaN : part / PARTS,
    );
  const counts = (text: string) => Float64Array.from(new Uint32Array(unpackedBytes(text)));
  const { order, awaited, partialN, partialNote } = packet;
  return {
    order,
    awaited,
    r: numbers(packet.r),
    lo: numbers(packet.lo),
    hi: numbers(packet.hi),
    partial: numbers(packet.partial),
    adjusted: numbers(packet.adjusted),
    n: counts(packet.n),
    expected: counts(packet.expected),
    partialN,
    partialNote,
  };
}

const PARTS = 10_000, UNKNOWN = -32_768;

function shares(values: Float64Array): string {
  return packedNumbers(
    Int16Array.from(values, (value) => Number.isNaN(value) ? UNKNOWN : Math.round(PARTS * value)),
  );
}
