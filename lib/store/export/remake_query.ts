import type { ManifestFile } from "../../export/manifest.ts";
import { MarketError } from "../../model/errors.ts";
import { type Timeframe, TIMEFRAMES } from "../../model/timeframe.ts";
import type { ExportQuery } from "./export_kind.ts";
import { EXPORT_KINDS, type ExportWhat } from "./export_kinds.ts";
import type { ExportSettings } from "./export_store.ts";

/** What makes a table again. */
export interface RemakeQuery {
  readonly what: ExportWhat;
  readonly query: ExportQuery;
  readonly settings: ExportSettings;
}

/**
 * The query behind a file of a manifest. A manifest is a file like any other: what it names is checked where it is used.
 *
 * @throws {MarketError} `manifest` for a kind of export that there is none of.
 */
export function remakeQuery(
  { what, parameters }: Pick<ManifestFile, "what" | "parameters">,
  name: string,
): RemakeQuery {
  if (!Object.hasOwn(EXPORT_KINDS, what)) {
    throw new MarketError(
      "manifest",
      "configure",
      `${name} is of ${what}, which cannot be made from a store; what can: ${
        Object.keys(EXPORT_KINDS).join(", ")
      }.`,
    );
  }
  const { takes } = EXPORT_KINDS[what as ExportWhat];
  const { pairs, timeframes, windows, pair, symbol, timeframe, window, from, to } = parameters;
  const query: Record<string, unknown> = {};
  const take = (key: keyof ExportQuery, value: unknown) => {
    const isRange = key === "from" || key === "to";
    if (value === undefined || value === null) return;
    if (isRange || (takes as readonly string[]).includes(key)) query[key] = value;
  };
  take("pair", pair ?? (Array.isArray(pairs) && pairs.length === 1 ? pairs[0] : undefined));
  take("symbol", symbol);
  take("timeframe", timeframe);
  take("window", window);
  take("from", from);
  take("to", to);
  const known = Array.isArray(timeframes)
    ? timeframes.filter((one): one is Timeframe => TIMEFRAMES.includes(one))
    : undefined;
  if (Array.isArray(timeframes) && timeframes.length === 1) take("timeframe", timeframes[0]);
  return {
    what: what as ExportWhat,
    query,
    settings: {
      ...(known === undefined || known.length === 0 ? {} : { timeframes: known }),
      ...(typeof windows === "object" && windows !== null
        ? { windows: windows as ExportSettings["windows"] & object }
        : {}),
      ...(Array.isArray(pairs) ? { pairs: pairs.map(String) } : {}),
    },
  };
}
