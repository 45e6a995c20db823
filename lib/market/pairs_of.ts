import type { Instrument } from "../model/instrument.ts";

/** Two instruments whose co-movement is followed. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** `BTCUSDT/ES`. */
  readonly name: string;
}

/** Every pair of the given instruments: crypto first, then futures, in configuration order. */
export function pairsOf(instruments: readonly Instrument[]): Pair[] {
  const ordered = [
    ...instruments.filter((i) => i.kind === "crypto"),
    ...instruments.filter((i) => i.kind === "future"),
  ];
  return ordered.flatMap((a, i) =>
    ordered.slice(i + 1).map((b) => ({ a: a.id, b: b.id, name: `${a.id}/${b.id}` }))
  );
}
