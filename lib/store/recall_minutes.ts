import { type KnownAbsence, KnownMinutes } from "../bars/known_minutes.ts";
import { type Interval, MINUTE } from "../model/time.ts";
import { SHUT } from "./minute_mirror.ts";
import type { StoreReader } from "./store.ts";

/** The closed minutes of an instrument in a stretch, as a ledger recalls them. */
export async function recallMinutes(
  reader: Pick<StoreReader, "bars" | "contracts" | "coverage">,
  instrument: string,
  { from, to }: Interval,
): Promise<KnownMinutes> {
  const query = { instrument, from, to, stepMs: MINUTE };
  const bars = await reader.bars(query);
  const contracts = await reader.contracts(instrument);
  const rows = await reader.coverage(query);
  const absences: KnownAbsence[] = rows.filter(({ state }) => state === "closed").map((row) => ({
    from: row.from,
    to: row.to,
    isShut: row.reason === SHUT,
  }));
  if (contracts.length === 0) return new KnownMinutes(bars, absences);
  let at = 0;
  const contract = Array.from(bars.openTime, (time) => {
    while (at < contracts.length - 1 && contracts[at]!.to <= time) at++;
    const row = contracts[at]!;
    return time >= row.from && time < row.to ? row.contract : undefined;
  });
  return new KnownMinutes({
    openTime: bars.openTime,
    open: bars.open,
    high: bars.high,
    low: bars.low,
    close: bars.close,
    volume: bars.volume,
    trades: bars.trades,
    vwap: bars.vwap,
    revision: bars.revision,
    source: bars.source,
    contract,
  }, absences);
}

/**
 * From the first bar or trade that is stored of an instrument to the end of the last;
 * undefined where nothing is.
 *
 * @param stepMs 0 for trades.
 */
export async function storedSpan(
  reader: Pick<StoreReader, "coverage">,
  instrument: string,
  stepMs = MINUTE,
): Promise<Interval | undefined> {
  const rows = await reader.coverage({ instrument, stepMs, from: -Infinity, to: Infinity });
  const known = rows.filter(({ state }) => state === "complete");
  const first = known[0], last = known.at(-1);
  return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
}
