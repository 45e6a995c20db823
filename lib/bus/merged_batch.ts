import { deliveryKey } from "../store/delivery_key.ts";
import type {
  BarBatch,
  StoreBatch,
  StoredBars,
  StoredCoverage,
  TradeColumns,
} from "../store/store.ts";

/**
 * Batches as one that means the same: rows of an instrument stand together in the order in which they came, so that a
 * store asks once for them; later coverage, alerts and notes replace earlier ones.
 */
export function mergedBatch(parts: readonly StoreBatch[]): StoreBatch {
  const named = parts.flatMap(({ instruments = [] }) => instruments);
  const bars = parts.flatMap(({ bars = [] }) => bars);
  const trades = parts.flatMap(({ trades = [] }) => trades);
  const fundings = parts.flatMap(({ fundings = [] }) => fundings);
  return {
    instruments: newest(named, ({ id }) => id),
    bars: groups(bars, ({ instrument, stepMs }) => `${instrument} ${stepMs}`).map(joinedBars),
    trades: groups(trades, ({ instrument }) => instrument).map((own) => ({
      instrument: own[0]!.instrument,
      trades: joinedTrades(own.map(({ trades }) => trades)),
    })),
    fundings: groups(fundings, ({ instrument }) => instrument).map((own) => ({
      instrument: own[0]!.instrument,
      payments: newest(own.flatMap(({ payments }) => payments), ({ time }) => `${time}`),
    })),
    coverage: joinedCoverage(parts.flatMap(({ coverage = [] }) => coverage)),
    alerts: newest(parts.flatMap(({ alerts = [] }) => alerts), ({ id }) => id),
    deliveries: newest(parts.flatMap(({ deliveries = [] }) => deliveries), deliveryKey),
    notes: Object.assign({}, ...parts.map(({ notes }) => notes)),
  };
}

/** Of rows with the same key the last. */
function newest<T>(rows: readonly T[], nameOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [nameOf(row), row])).values()];
}

function groups<T>(rows: readonly T[], nameOf: (row: T) => string): T[][] {
  return [...Map.groupBy(rows, nameOf).values()];
}

function joinedBars(own: readonly BarBatch[]): BarBatch {
  const [first] = own;
  if (own.length === 1) return first!;
  const { instrument, stepMs } = first!;
  const columns = own.map(({ bars }) => bars);
  const bars: StoredBars = {
    openTime: joined(columns.map(({ openTime }) => openTime)),
    open: joined(columns.map(({ open }) => open)),
    high: joined(columns.map(({ high }) => high)),
    low: joined(columns.map(({ low }) => low)),
    close: joined(columns.map(({ close }) => close)),
    volume: joined(columns.map(({ volume }) => volume)),
    trades: joined(columns.map(({ trades }) => trades)),
    vwap: joined(columns.map(({ vwap }) => vwap)),
    revision: Uint16Array.from(columns.flatMap(({ revision }) => [...revision])),
    source: columns.flatMap(({ source }) => source),
  };
  if (own.every(({ contract }) => contract === undefined)) return { instrument, stepMs, bars };
  const contract = own.flatMap(({ contract, bars: { openTime } }) =>
    contract ?? Array.from(openTime, () => undefined)
  );
  return { instrument, stepMs, bars, contract };
}

function joinedTrades(columns: readonly TradeColumns[]): TradeColumns {
  if (columns.length === 1) return columns[0]!;
  return {
    id: joined(columns.map(({ id }) => id)),
    time: joined(columns.map(({ time }) => time)),
    received: joined(columns.map(({ received }) => received)),
    price: joined(columns.map(({ price }) => price)),
    size: joined(columns.map(({ size }) => size)),
    side: Int8Array.from(columns.flatMap(({ side }) => [...side])),
  };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

/** A stretch that goes on where the one before it of its instrument ended, and says the same, is one with it. */
function joinedCoverage(rows: readonly StoredCoverage[]): StoredCoverage[] {
  const all: StoredCoverage[] = [];
  const newest = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.instrument} ${row.stepMs}`;
    const at = newest.get(key) ?? -1, before = all[at];
    const goesOn = before?.to === row.from && before.state === row.state &&
      before.reason === row.reason;
    if (goesOn) all[at] = { ...before, to: row.to };
    else newest.set(key, all.push(row) - 1);
  }
  return all;
}
