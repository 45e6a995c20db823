import type { Clock } from "../runtime/clock.ts";
import { placeOfUrl } from "../model/database_url.ts";
import type { DataKind, SimulatedMarket } from "./store.ts";

/** Kinds of store there are. */
export const STORE_KINDS = ["memory", "sqlite", "postgres"] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Where a store is that outlives its run. */
export type StoreTarget =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres"; readonly url: string };

/** A place as people may read it. */
export function targetName(target: StoreTarget): string {
  return target.kind === "sqlite" ? target.path : placeOfUrl(target.url);
}

/** Which run writes. */
export interface RunNote {
  /** Unique. @default made of the time and the process */
  readonly id?: string;
  /** JSON of the configuration, secrets masked. @default "{}" */
  readonly config?: string;
  /** JSON of versions. @default "{}" */
  readonly versions?: string;
}

/** How the one writer opens a store. */
export interface StoreOptions {
  readonly kind: StoreKind;
  /** The file; needed by `sqlite`. It is made where it is not there, its folder is not. */
  readonly path?: string;
  /** The database at a server, its secrets included; needed by `postgres`. */
  readonly url?: string;
  /** A store of another kind of data is refused. */
  readonly dataKind: DataKind;
  /** For simulated data: another market is refused. */
  readonly market?: SimulatedMarket;
  readonly run?: RunNote;
  /** @default the machine's */
  readonly clock?: Clock;
}

/** How others read a store. */
export type ReaderOptions = FileReaderOptions | PostgresReaderOptions;

/** How others read a store at a server. */
export interface PostgresReaderOptions {
  readonly kind: "postgres";
  /** `postgres://user:password@host:5432/database` */
  readonly url: string;
  /** A store of another kind of data is refused. @default any */
  readonly dataKind?: DataKind;
}

/** How others read a store in a file. */
export interface FileReaderOptions {
  readonly kind: "sqlite";
  /** The file; it must be there. */
  readonly path: string;
  /** A store of another kind of data is refused. @default any */
  readonly dataKind?: DataKind;
}
