import type { Config } from "../feeds/config.ts";
import { broken, type Finding, ok } from "../feeds/finding.ts";
import { targetOf } from "../market/market_storage.ts";
import { MarketError } from "../model/errors.ts";
import { DAY, formatUtc } from "../model/time.ts";
import type { Files } from "../runtime/files.ts";
import { openStoreReader, storeWriter } from "../store/open_store.ts";
import type { StoredDay, StoreReader } from "../store/store.ts";
import { type StoreTarget, targetName } from "../store/store_options.ts";
import { dataKindOf } from "../store/store_path.ts";
import { sizeText } from "./store_info.ts";

const NAME = "Store";

/** What {@link checkStore} needs. */
export interface StoreCheckPorts {
  readonly files: Pick<Files, "exists">;
  /** @default opens it to read */
  readonly open?: (target: StoreTarget) => Promise<StoreReader>;
}

/** What is stored by this configuration, and whether the newest day of each instrument is whole. */
export async function checkStore(
  config: Pick<Config, "store" | "source">,
  configFile: string | undefined,
  ports: StoreCheckPorts,
): Promise<Finding> {
  const isWanted = config.source === "store";
  const { files, open = openStoreReader } = ports;
  if (config.store.kind === "memory" && !isWanted) {
    return ok(NAME, "nothing is kept beyond a run: store.kind is memory");
  }
  try {
    const target = await targetOf(config, dataKindOf(config.source), configFile);
    const place = targetName(target);
    const isFile = target.kind === "sqlite";
    if (isFile && !await files.exists(target.path).catch(() => true)) {
      return absent(place, isWanted);
    }
    const reader = await open(target);
    try {
      const finding = await findingOf(place, reader);
      const writer = await storeWriter(target);
      return writer === undefined
        ? finding
        : { ...finding, what: `${finding.what}; written by ${writer}` };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    if (error.code === "no-store" && config.store.kind === "postgres" && !isWanted) {
      return ok(NAME, `${error.message.replace(/\.$/, "")}`);
    }
    return broken(NAME, error.message.replace(/\.$/, ""), "see deno task store check");
  }
}

function absent(place: string, isWanted: boolean): Finding {
  return isWanted
    ? broken(NAME, `${place} is not there`, "fetch or import something first: deno task store")
    : ok(NAME, `${place} is made when the first minute is stored`);
}

async function findingOf(place: string, reader: StoreReader): Promise<Finding> {
  const { dataKind, schema, bytes, days } = await reader.info();
  const what = `${place}: ${dataKind} data, schema ${schema}, ${sizeText(bytes)}`;
  const newest = newestDays(days);
  if (newest.length === 0) return ok(NAME, `${what}, empty`);
  for (const { instrument, stepMs, day, rows } of newest) {
    const range = { instrument, from: day, to: day + DAY };
    const found = stepMs === 0
      ? (await reader.trades(range)).id.length
      : (await reader.bars({ ...range, stepMs })).openTime.length;
    // A writer may have added to it meanwhile.
    if (found < rows) {
      const lack = `${instrument} has ${found} of its ${rows} rows of ${
        formatUtc(day).slice(0, 10)
      }`;
      return broken(NAME, `${what}; ${lack}`, "see what is damaged: deno task store check");
    }
  }
  const last = Math.max(...newest.map(({ day }) => day));
  return ok(NAME, `${what}, whole up to ${formatUtc(last).slice(0, 10)}`);
}

/** The newest day of each instrument and length of bars. */
function newestDays(days: readonly StoredDay[]): StoredDay[] {
  const newest = new Map<string, StoredDay>();
  for (const day of days) {
    const key = `${day.stepMs} ${day.instrument}`;
    if (day.day >= (newest.get(key)?.day ?? -Infinity)) newest.set(key, day);
  }
  return [...newest.values()];
}
