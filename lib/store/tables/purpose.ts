import { MarketError } from "../../model/errors.ts";
import { formatUtc } from "../../model/time.ts";
import type { DataKind, SimulatedMarket } from "../store.ts";
import type { Connection } from "./connection.ts";
import { type Meta, readMeta, writeMeta } from "./meta.ts";

/** What a store is opened for. */
export interface Purpose {
  readonly dataKind: DataKind;
  readonly market?: SimulatedMarket;
}

/** What an opened store is. */
export interface Opened {
  readonly schema: number;
  readonly dataKind: DataKind;
  readonly market: SimulatedMarket | undefined;
}

/** What a store lies in, for refusals. */
export interface StoreHome {
  /** Holds no secret. */
  readonly place: string;
  /** `file` or `database`. */
  readonly what: string;
  /** What to do where it holds another kind of data; a sentence. */
  readonly otherKind: string;
  /** What to do where it holds another simulated market; a sentence. */
  readonly otherMarket: string;
}

/** @throws {MarketError} where the store holds other data than it is opened for. */
export function assertPurpose(
  meta: Meta,
  { dataKind, market }: Partial<Purpose>,
  { place, what, otherKind, otherMarket }: StoreHome,
): void {
  if (meta.dataKind !== undefined && dataKind !== undefined && meta.dataKind !== dataKind) {
    throw new MarketError(
      "store-kind",
      "configure",
      `The store ${place} holds ${meta.dataKind} data, and ${dataKind} data never goes into the same ${what}. ` +
        otherKind,
    );
  }
  const known = meta.market;
  if (known === undefined || market === undefined) return;
  if (known.seed === market.seed && known.start === market.start) return;
  throw new MarketError(
    "store-market",
    "configure",
    `The store ${place} holds the simulated market of seed ${known.seed} that starts at ` +
      `${formatUtc(known.start)}; this one is seed ${market.seed}, starting at ` +
      `${formatUtc(market.start)}: another market, never the same ${what}. ${otherMarket}`,
  );
}

/**
 * Writes down what a new store is for, and gives what it is. In the caller's transaction.
 *
 * @throws {MarketError} as {@link assertPurpose}.
 */
export async function openingMeta(
  connection: Connection,
  purpose: Purpose,
  home: StoreHome,
): Promise<Opened> {
  const meta = (await readMeta(connection))!;
  assertPurpose(meta, purpose, home);
  const { dataKind } = purpose;
  const market = meta.market ?? purpose.market;
  const entries: Record<string, string> = { kind: dataKind };
  if (market !== undefined) {
    entries.market = JSON.stringify({ seed: market.seed, start: market.start });
  }
  await writeMeta(connection, entries);
  return { schema: meta.schema, dataKind, market };
}
