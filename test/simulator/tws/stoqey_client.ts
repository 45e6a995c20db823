import { type Contract, type ContractDetails, EventName, IBApi, SecType } from "@stoqey/ib";
import { until } from "./server_fixture.ts";

export interface Row {
  /** As the wire wrote it. */
  readonly date: string;
  readonly values: readonly number[];
}

/** The real client, raw, keeping what it receives. */
export class StoqeyClient {
  readonly api: IBApi;
  readonly details: ContractDetails[] = [];
  readonly rows = new Map<number, Row[]>();
  readonly updates = new Map<number, Row[]>();
  readonly bars = new Map<number, (readonly number[])[]>();
  /** Seconds, price and size of single trades. */
  readonly trades = new Map<number, (readonly number[])[]>();
  readonly ticks: { id: number; type: number; value: number | undefined }[] = [];
  readonly errors: { code: number; id: number; text: string }[] = [];
  readonly infos: { code: number; text: string }[] = [];
  readonly dataTypes: (readonly [number, number])[] = [];
  readonly finished = new Set<number>();
  readonly snapshotsEnded = new Set<number>();
  times: number[] = [];
  isEnded = false;
  nextId: number | undefined;
  isDisconnected = false;
  #nextRequest = 1;

  constructor(port: number, clientId = 7) {
    const api = new IBApi({ host: "127.0.0.1", port, clientId, maxReqPerSec: 40 });
    this.api = api;
    api.on(EventName.nextValidId, (id) => this.nextId = id);
    api.on(EventName.disconnected, () => this.isDisconnected = true);
    api.on(
      EventName.error,
      (error, code, id) => this.errors.push({ code, id, text: error.message }),
    );
    api.on(EventName.info, (text, code) => this.infos.push({ code, text }));
    api.on(EventName.currentTime, (time) => this.times.push(time));
    api.on(EventName.contractDetails, (_, details) => this.details.push(details));
    api.on(EventName.contractDetailsEnd, () => this.isEnded = true);
    api.on(EventName.marketDataType, (id, type) => this.dataTypes.push([id, type]));
    api.on(EventName.tickSnapshotEnd, (id) => this.snapshotsEnded.add(id));
    api.on(EventName.tickPrice, (id, type, value) => this.ticks.push({ id, type, value }));
    api.on(EventName.tickSize, (id, type, value) => this.ticks.push({ id, type: type!, value }));
    api.on(EventName.tickString, (id, type, value) => {
      this.ticks.push({ id, type, value: Number(value) });
    });
    api.on(EventName.tickByTickAllLast, (id, _kind, seconds, price, size) => {
      add(this.trades, id, [Number(seconds), price, size]);
    });
    api.on(EventName.realtimeBar, (id, ...values) => add(this.bars, id, values));
    api.on(EventName.historicalData, (id, date, open, high, low, close, volume, count, wap) => {
      if (date.startsWith("finished")) this.finished.add(id);
      else add(this.rows, id, { date, values: [open, high, low, close, volume, wap, count!] });
    });
    api.on(
      EventName.historicalDataUpdate,
      (id, date, open, high, low, close, volume, count, wap) => {
        add(this.updates, id, { date, values: [open, high, low, close, volume, wap, count] });
      },
    );
    api.connect(clientId);
  }

  /** Connected and started. */
  static async ready(port: number, clientId?: number): Promise<StoqeyClient> {
    const client = new StoqeyClient(port, clientId);
    await until("the next valid id", () => client.nextId !== undefined);
    return client;
  }

  id(): number {
    return this.#nextRequest++;
  }

  /** The rows of one historical request, or the code of its error. */
  async history(
    contract: Contract,
    end: string,
    duration: string,
    size: string,
    options: { show?: string; formatDate?: number; regular?: boolean; keep?: boolean } = {},
  ): Promise<{ id: number; rows: Row[]; error: string | undefined }> {
    const { show = "TRADES", formatDate = 2, regular = false, keep = false } = options;
    const id = this.id();
    this.api.reqHistoricalData(
      id,
      contract,
      end,
      duration,
      size as never,
      show as never,
      regular ? 1 : 0,
      formatDate,
      keep,
    );
    const errorOf = () => this.errors.find((error) => error.id === id);
    await until("the history", () => this.finished.has(id) || errorOf() !== undefined);
    const error = errorOf();
    return { id, rows: this.rows.get(id) ?? [], error: error && `${error.code} ${error.text}` };
  }

  async error(id: number): Promise<{ code: number; text: string }> {
    await until(`an error of request ${id}`, () => this.errors.some((error) => error.id === id));
    return this.errors.find((error) => error.id === id)!;
  }

  async close(): Promise<void> {
    if (!this.isDisconnected) this.api.disconnect();
    await until("the disconnection", () => this.isDisconnected);
    // The client's own rate limiter runs on for one more interval.
    await new Promise((resolve) => setTimeout(resolve, 110));
  }
}

/** A contract month of ES or NQ, as a client that knows its month asks for it. */
export function future(symbol: string, month?: string): Contract {
  return {
    symbol,
    secType: SecType.FUT,
    exchange: "CME",
    currency: "USD",
    ...(month === undefined ? {} : { lastTradeDateOrContractMonth: month }),
  };
}

function add<T>(map: Map<number, T[]>, id: number, value: T): void {
  const list = map.get(id);
  if (list === undefined) map.set(id, [value]);
  else list.push(value);
}
