import { dirname, isAbsolute, join } from "node:path";
import type { Source } from "../model/instrument.ts";
import type { DataKind } from "./store.ts";

/** What {@link storePath} needs of a configuration. */
export interface StorePathOptions {
  /** `store.path`. */
  readonly path: string | null;
  readonly dataKind: DataKind;
  /** File of the configuration; undefined where none was read. */
  readonly configFile: string | undefined;
  /** Folder of the notebooks, for a configuration without a file. */
  readonly notebooks: string;
}

/**
 * The file of a store: `store.path`, else `comove-<kind of data>.db`. It lies beside the configuration's file, else
 * among the notebooks; an absolute path stands for itself.
 *
 * @example
 * ```ts
 * import { storePath } from "./store_path.ts";
 * import assert from "node:assert/strict";
 * const of = { dataKind: "live", notebooks: "/comove/notebooks" } as const;
 * assert.equal(
 *   storePath({ ...of, path: null, configFile: undefined }),
 *   "/comove/notebooks/comove-live.db",
 * );
 * assert.equal(storePath({ ...of, path: "a.db", configFile: "/etc/c.yaml" }), "/etc/a.db");
 * ```
 */
export function storePath({ path, dataKind, configFile, notebooks }: StorePathOptions): string {
  const name = path ?? `comove-${dataKind}.db`;
  if (isAbsolute(name)) return name;
  return join(configFile === undefined ? notebooks : dirname(configFile), name);
}

/** The kind of store that data of a source belongs to; what is stored may be any, and is looked for as live data. */
export function dataKindOf(source: Source | "store" | "bus"): DataKind {
  return source === "simulated" || source === "replay" ? source : "live";
}
