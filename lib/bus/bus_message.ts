import type { FundingPayment } from "../model/funding.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { assertBatch } from "../store/assert_batch.ts";
import { DigestSum } from "../store/digest.ts";
import type {
  BarBatch,
  DataKind,
  SimulatedMarket,
  StoreBatch,
  StoredBars,
  StoredCoverage,
  TradeColumns,
} from "../store/store.ts";
import {
  type Body,
  bodyOf,
  BusFormatError,
  finite,
  finiteOr,
  listOf,
  recordOf,
  textOf,
} from "./bus_fields.ts";
import {
  addressOf,
  type BusAddress,
  type BusKind,
  META_SUBJECT,
  subjectOf,
} from "./bus_subject.ts";

/** A message on its way to the broker. */
export interface BusMessage {
  readonly subject: string;
  /**
   * The same rows have the same id: a broker takes them once. Coverage has none: it may become what it was before.
   */
  readonly id?: string;
  readonly text: string;
}

/** A message as the broker holds it. */
export interface HeldMessage {
  /** Its place in the stream, from 1 on. */
  readonly sequence: number;
  readonly subject: string;
  readonly text: string;
  /** When the broker took it, epoch ms UTC. */
  readonly time: number;
}

/** What a stream holds. */
export interface BusMeta {
  readonly dataKind: DataKind;
  /** Of simulated data. */
  readonly market?: SimulatedMarket;
}

/** Rows of one message: some 100 kB, a tenth of what brokers take by default. */
const MOST_ROWS = 500;

const BAR_COLUMNS = [
  "openTime",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "trades",
  "vwap",
  "revision",
] as const;
const TRADE_COLUMNS = ["id", "time", "received", "price", "size", "side"] as const;

/** The messages of a batch. */
export interface BatchMessages {
  readonly rows: readonly BusMessage[];
  /** In their order, and published once the rows are acknowledged: what they say is true then. */
  readonly coverage: readonly BusMessage[];
}

/**
 * The messages of a batch. Each says what its instrument is, so that a reader may begin anywhere in the stream. Pure.
 *
 * @throws {RangeError} by `instrumentOf`, for an instrument that is not known.
 */
export function messagesOf(
  batch: StoreBatch,
  instrumentOf: (id: string) => Instrument,
): BatchMessages {
  const rows: BusMessage[] = [], coverage: BusMessage[] = [];
  const add = (id: string, kind: BusKind, body: Body) => {
    const instrument = instrumentOf(id);
    const text = textOf({ instrument, ...body });
    const subject = subjectOf({ venue: instrument.venue, instrument: id, kind });
    if (kind === "coverage") coverage.push({ subject, text });
    else rows.push({ subject, id: `${subject} ${digestOf(text)}`, text });
  };
  const own = coverageWithin(batch);
  for (const { instrument, trades } of batch.trades ?? []) {
    const covered = own.get(instrument);
    const body = covered === undefined ? {} : { coverage: covered.map(plainCoverage) };
    for (const [from, to] of pieces(trades.id.length)) {
      add(instrument, "trades", { columns: columnsOf(trades, TRADE_COLUMNS, from, to), ...body });
    }
  }
  for (const { instrument, stepMs, bars, contract } of batch.bars ?? []) {
    for (const [from, to] of pieces(bars.openTime.length)) {
      const columns = columnsOf(bars, BAR_COLUMNS, from, to);
      const source = bars.source.slice(from, to);
      const months = contract?.slice(from, to).map((month) => month ?? null);
      add(instrument, "minutes", { stepMs, columns, source, contract: months ?? null });
    }
  }
  for (const { instrument, payments } of batch.fundings ?? []) {
    for (const [from, to] of pieces(payments.length)) {
      add(instrument, "funding", { payments: payments.slice(from, to) });
    }
  }
  for (const row of batch.coverage ?? []) {
    if (own.get(row.instrument)?.includes(row)) continue;
    add(row.instrument, "coverage", plainCoverage(row));
  }
  return { rows, coverage };
}

/**
 * Coverage of trades that goes within the message of the trades it is about, where that is one message: both are
 * there, or neither.
 */
function coverageWithin({ trades = [], coverage = [] }: StoreBatch) {
  const within = new Map<string, StoredCoverage[]>();
  const twice = new Set<string>();
  for (const { instrument, trades: { id } } of trades) {
    if (within.has(instrument) || id.length > MOST_ROWS) twice.add(instrument);
    within.set(instrument, []);
  }
  for (const instrument of twice) within.delete(instrument);
  for (const row of coverage) if (row.stepMs === 0) within.get(row.instrument)?.push(row);
  return within;
}

function plainCoverage({ stepMs, from, to, state, reason }: StoredCoverage): Body {
  return { stepMs, from, to, state, reason };
}

/** The message that says what a stream holds. */
export function metaMessage(meta: BusMeta): BusMessage {
  const text = textOf({ ...meta });
  return { subject: META_SUBJECT, text };
}

/** @throws {BusFormatError} for what is no such message. */
export function metaOf(text: string): BusMeta {
  const { dataKind, market } = bodyOf(text);
  if (dataKind !== "live" && dataKind !== "simulated" && dataKind !== "replay") {
    throw new BusFormatError("dataKind");
  }
  if (market === undefined) return { dataKind };
  const { seed, start } = recordOf(market, "market");
  return { dataKind, market: { seed: finite(seed, "seed"), start: finite(start, "start") } };
}

/**
 * A message as a batch of one part and its instrument; undefined for one that holds no rows.
 *
 * @throws {BusFormatError} for another form or version; {RangeError} for what no store can hold.
 */
export function batchOf(subject: string, text: string): StoreBatch | undefined {
  const address = addressOf(subject);
  if (address === undefined || !isRows(address.kind)) return undefined;
  const body = bodyOf(text);
  const instrument = instrumentIn(body.instrument);
  if (instrument.id !== address.instrument) throw new BusFormatError("instrument's id");
  const batch = { instruments: [instrument], ...partOf(address, body) };
  // Messages are small: this is done in one turn.
  for (const _ of assertBatch(batch));
  return batch;
}

function partOf(
  { instrument, kind }: BusAddress,
  body: Body,
): StoreBatch {
  switch (kind) {
    case "trades":
      return { trades: [{ instrument, trades: tradesOf(body) }], ...coverageIn(instrument, body) };
    case "minutes":
      return { bars: [barsOf(instrument, body)] };
    case "funding":
      return { fundings: [{ instrument, payments: paymentsOf(body) }] };
    case "coverage":
      return { coverage: [coverageOf(instrument, body)] };
    default:
      return {};
  }
}

const ROWS: ReadonlySet<BusKind> = new Set(["trades", "minutes", "funding", "coverage"]);

/** True for kinds whose messages are rows of one instrument. */
function isRows(kind: BusKind): boolean {
  return ROWS.has(kind);
}

function digestOf(text: string): string {
  const sum = new DigestSum();
  sum.add([text]);
  return sum.value().digest;
}

function* pieces(length: number): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < length; from += MOST_ROWS) {
    yield [from, Math.min(from + MOST_ROWS, length)];
  }
}

/** JSON has no NaN: what is unknown is null. */
function columnsOf<Name extends string>(
  rows: Readonly<Record<Name, ArrayLike<number>>>,
  names: readonly Name[],
  from: number,
  to: number,
): Record<string, (number | null)[]> {
  return Object.fromEntries(names.map((name) => {
    const column: (number | null)[] = [];
    for (let row = from; row < to; row++) {
      const value = rows[name][row]!;
      column.push(Number.isNaN(value) ? null : value);
    }
    return [name, column];
  }));
}

const TEXTS = ["id", "venue", "kind", "exchange", "currency"] as const;

/** @throws {BusFormatError} for what is no instrument. */
export function instrumentIn(value: unknown): Instrument {
  const record = recordOf(value, "instrument");
  for (const name of TEXTS) {
    if (typeof record[name] !== "string") throw new BusFormatError(`instrument's ${name}`);
  }
  return record as unknown as Instrument;
}

function tradesOf(body: Body): TradeColumns {
  const columns = numbersOf(body, TRADE_COLUMNS);
  return { ...columns, side: Int8Array.from(columns.side) };
}

function barsOf(instrument: string, body: Body): BarBatch {
  const columns = numbersOf(body, BAR_COLUMNS);
  const { source, contract, stepMs } = body;
  const { length } = columns.openTime;
  if (!isTexts(source, length)) throw new BusFormatError("source");
  if (contract !== null && !isTexts(contract, length, true)) throw new BusFormatError("contract");
  const bars: StoredBars = {
    ...columns,
    revision: Uint16Array.from(columns.revision),
    source: source as Source[],
  };
  const known = { instrument, stepMs: finite(stepMs, "stepMs"), bars };
  if (contract === null) return known;
  return { ...known, contract: (contract as (string | null)[]).map((month) => month ?? undefined) };
}

function paymentsOf({ payments }: Body): FundingPayment[] {
  return listOf(payments, "payments", MOST_ROWS).map((row) => {
    const { time, rate, markPrice } = recordOf(row, "payment");
    return {
      time: finite(time, "time"),
      rate: finiteOr(rate, null, "rate"),
      markPrice: finiteOr(markPrice, null, "markPrice"),
    };
  });
}

/** Coverage within a message of trades. */
function coverageIn(instrument: string, { coverage }: Body): Pick<StoreBatch, "coverage"> {
  if (coverage === undefined) return {};
  const rows = listOf(coverage, "coverage", MOST_ROWS);
  return { coverage: rows.map((row) => coverageOf(instrument, recordOf(row, "coverage"))) };
}

function coverageOf(instrument: string, body: Body): StoredCoverage {
  const { state, reason } = body;
  if (typeof reason !== "string") throw new BusFormatError("reason");
  return {
    instrument,
    stepMs: finite(body.stepMs, "stepMs"),
    from: finite(body.from, "from"),
    to: finite(body.to, "to"),
    state: state as StoredCoverage["state"],
    reason,
  };
}

function numbersOf<Name extends string>(
  { columns }: Body,
  names: readonly Name[],
): Record<Name, Float64Array> {
  const record = recordOf(columns, "columns");
  const first = record[names[0]!];
  const length = Array.isArray(first) ? first.length : NaN;
  const found = names.map((name) => [name, columnOf(record[name], length, name)] as const);
  return Object.fromEntries(found) as Record<Name, Float64Array>;
}

function columnOf(values: unknown, length: number, name: string): Float64Array {
  if (!Array.isArray(values) || values.length !== length) {
    throw new BusFormatError(`column ${name}`);
  }
  const column = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    const value: unknown = values[row];
    if (typeof value === "number") column[row] = value;
    else if (value === null) column[row] = NaN;
    else throw new BusFormatError(`column ${name}`);
  }
  return column;
}

function isTexts(values: unknown, length: number, mayLack = false): boolean {
  return Array.isArray(values) && values.length === length &&
    values.every((value) => typeof value === "string" || (mayLack && value === null));
}
