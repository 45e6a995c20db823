import { type Pair, pairsOf } from "../../market/correlation_board.ts";
import type { Instrument } from "../../model/instrument.ts";
import { type ExportQuery, ExportRefusal, type ExportSource, instrumentOf } from "./export_kind.ts";

/** The pairs that a query asks for, in the order of a market. @throws {MarketError} `export`. */
export function pairsIn({ instruments, pairs }: ExportSource, { pair }: ExportQuery): Pair[] {
  if (pair === undefined) return pairsOf(instruments, pairs);
  const found = pairNamed(pair);
  for (const id of [found.a, found.b]) instrumentOf({ instruments }, id, "pair");
  return [found];
}

/** Both instruments of a pair. @throws {MarketError} `export`. */
export function sidesOf(
  source: Pick<ExportSource, "instruments">,
  { a, b }: Pair,
): [Instrument, Instrument] {
  return [instrumentOf(source, a), instrumentOf(source, b)];
}

/** A text as a pair. @throws {MarketError} `export` for one that is none. */
export function pairNamed(pair: string): Pair {
  const [a, b, ...rest] = pair.split("/");
  if (a && b && rest.length === 0 && a !== b) return { a, b, name: pair };
  const message = `A pair must be named as BTCUSDT/ES is, of two instruments, got ${pair}.`;
  throw new ExportRefusal(message, "pair");
}
