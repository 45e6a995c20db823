import {
  BarSizeSetting,
  type Contract,
  EventName,
  IBApi,
  type MarketDataType,
  SecType,
  TickByTickDataType,
  WhatToShow,
} from "@stoqey/ib";
import { cutText } from "../../model/cut_text.ts";
import { SECOND } from "../../model/time.ts";
import { sleep } from "../../runtime/clock.ts";
import type { ConnectTcp } from "../../runtime/tcp_socket.ts";
import { AskedAnswers } from "./asked_answers.ts";
import {
  type Filtered,
  FrameFilter,
  isRead,
  withCutFields,
  withoutOrderJson,
} from "./frame_filter.ts";
import type {
  CloseCause,
  FutureQuery,
  Gateway,
  GatewayEvent,
  GatewayOptions,
  HistoryRequest,
  IndexQuery,
  ListedFuture,
  MarketDataTypeNumber,
  OpenGateway,
  VenueBar,
} from "./gateway.ts";
import { SendQueue } from "./send_queue.ts";
import { connectOver } from "./stoqey_transport.ts";
import {
  barOf,
  barTime,
  contractOf,
  firstCode,
  futureOf,
  type Internals,
} from "./stoqey_values.ts";

/** Own limiter below; given because leaving it out makes the package read `.env` and the environment. */
const UNUSED_RATE = 40;
const LAST_TRADE_TIMESTAMP = 45;
const DELAYED_LAST_TIMESTAMP = 88;
const CLIENT_ERRORS = { unreachable: 502, oldVersion: 503, unsupportedVersion: 506 } as const;
/** The package's own code for a message it cannot read. */
const UNREADABLE = 505;
/** How long a closing socket may take before it is left to the system, local ms. */
const CLOSE_LIMIT_MS = 1_000;

/**
 * A gateway over the raw `IBApi` of `@stoqey/ib` 1.6.10, one object for one attempt.
 *
 * The package is kept at arm's length where it was found wanting: bytes pass a {@link FrameFilter} before
 * its decoder sees them, exceptions of the decoder end the connection instead of the process, and its limiter,
 * which survives a drop and leaves timers behind, is replaced.
 */
export function stoqeyGatewayOver(connect: ConnectTcp): OpenGateway {
  return (options, onEvent) => new StoqeyGateway(options, onEvent, connect);
}

function indexContract({ symbol, exchange }: IndexQuery): Contract {
  return { symbol, exchange, secType: SecType.IND, currency: "USD" };
}

class StoqeyGateway implements Gateway {
  readonly #options: GatewayOptions;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #api: IBApi;
  readonly #queue: SendQueue;
  readonly #history = new Map<number, VenueBar[]>();
  readonly #filter = new FrameFilter();
  readonly #asked = new AskedAnswers();
  #systemCode: string | undefined;
  #text = "the peer closed the connection";
  #isOver = false;
  #closing: Promise<void> | undefined;

  constructor(
    options: GatewayOptions,
    onEvent: (event: GatewayEvent) => void,
    connect: ConnectTcp,
  ) {
    const { host, port, clientId, clock } = options;
    this.#options = options;
    this.#onEvent = onEvent;
    this.#queue = new SendQueue(clock);
    this.#api = new IBApi({ host, port, clientId, maxReqPerSec: UNUSED_RATE });
    const internals = this.#api as unknown as Internals;
    this.#wrap(internals);
    connectOver(internals, connect, options);
    this.#listen();
    this.#api.connect(clientId);
  }

  currentTime(): void {
    this.#api.reqCurrentTime();
  }

  marketDataType(type: MarketDataTypeNumber): void {
    this.#api.reqMarketDataType(type as number as MarketDataType);
  }

  futures(id: number, { symbol, exchange }: FutureQuery): void {
    this.#asked.ask(id);
    this.#api.reqContractDetails(id, { symbol, exchange, secType: SecType.FUT, currency: "USD" });
  }

  history(id: number, { future, end, duration, barSize }: HistoryRequest): void {
    this.#asked.ask(id);
    this.#history.set(id, []);
    this.#api.reqHistoricalData(
      id,
      contractOf(future),
      end,
      duration,
      barSize === "day" ? BarSizeSetting.DAYS_ONE : BarSizeSetting.MINUTES_ONE,
      WhatToShow.TRADES,
      0,
      2,
      false,
    );
  }

  cancelHistory(id: number): void {
    this.#history.delete(id);
    this.#asked.over(id);
    this.#api.cancelHistoricalData(id);
  }

  bars(id: number, future: ListedFuture): void {
    this.#api.reqRealTimeBars(id, contractOf(future), 5, WhatToShow.TRADES, false);
  }

  cancelBars(id: number): void {
    this.#api.cancelRealTimeBars(id);
  }

  ticks(id: number, future: ListedFuture): void {
    this.#api.reqMktData(id, contractOf(future), "", false, false);
  }

  indexTicks(id: number, index: IndexQuery): void {
    this.#api.reqMktData(id, indexContract(index), "", false, false);
  }

  snapshot(id: number, of: ListedFuture | IndexQuery): void {
    const contract = "contractId" in of ? contractOf(of) : indexContract(of);
    this.#api.reqMktData(id, contract, "", true, false);
  }

  cancelTicks(id: number): void {
    this.#api.cancelMktData(id);
  }

  trades(id: number, future: ListedFuture): void {
    this.#api.reqTickByTickData(id, contractOf(future), TickByTickDataType.Last, 0, false);
  }

  cancelTrades(id: number): void {
    this.#api.cancelTickByTickData(id);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    this.#queue.close();
    const { client } = (this.#api as unknown as Internals).controller.socket;
    if (client !== undefined && !client.closed) {
      const limit = new AbortController();
      const gone = new Promise<void>((resolve) => client.once("close", resolve));
      const tooLong = sleep(this.#options.clock, CLOSE_LIMIT_MS, limit.signal).catch(() => {});
      this.#api.disconnect();
      client.destroy();
      await Promise.race([gone, tooLong]);
      limit.abort();
      await tooLong;
    }
    this.#api.removeAllListeners();
  }

  #emit(event: GatewayEvent): void {
    if (!this.#isOver) this.#onEvent(event);
  }

  #end(cause: CloseCause): void {
    this.#emit({ kind: "closed", cause });
    this.#isOver = true;
    this.#queue.close();
  }

  #wrap({ controller }: Internals): void {
    const { socket } = controller;
    const connected = socket.onConnect.bind(socket);
    const received = socket.onData.bind(socket);
    const failed = socket.onError.bind(socket);
    controller.rateLimiter = (tokens) => this.#queue.push(() => socket.send(tokens));
    socket.onConnect = () => {
      if (this.#isOver) return;
      this.#emit({ kind: "opened" });
      connected();
    };
    socket.onData = (data) => {
      for (const filtered of this.#filter.push(data)) {
        if (this.#isOver) return;
        this.#receive(filtered, received);
      }
    };
    socket.onError = (error) => {
      this.#systemCode ??= error.code ?? firstCode(error);
      this.#text = cutText(error.message) || this.#text;
      failed(error);
    };
  }

  #receive(filtered: Filtered, decode: (frame: Uint8Array) => void): void {
    switch (filtered.kind) {
      case "frame":
        // The first frame names the version and has no number.
        if (this.#api.serverVersion > 0 && !this.#isWanted(filtered.bytes)) return;
        try {
          decode(withCutFields(withoutOrderJson(filtered.bytes)));
        } catch (error) {
          // The package reads JSON of the peer unguarded, inside the socket's callback.
          this.#end({ kind: "broken-frame", text: `a message cannot be decoded: ${error}` });
        }
        break;
      case "dropped":
        this.#emit({ kind: "notice", id: -1, code: UNREADABLE, text: filtered.why });
        break;
      case "not-tws":
        this.#end({ kind: "not-tws", bytes: filtered.said });
        break;
      case "broken":
        this.#end({ kind: "broken-frame", text: filtered.why });
        break;
    }
  }

  /** Read by anybody, and no further answer to what is answered: the venue that floods is left. */
  #isWanted(frame: Uint8Array): boolean {
    if (!isRead(frame)) return false;
    const verdict = this.#asked.judge(frame, this.#api.serverVersion);
    if (verdict === "endless") {
      this.#end({ kind: "broken-frame", text: "an answer that does not end" });
    }
    return verdict === "wanted";
  }

  #listen(): void {
    const api = this.#api;
    api.on(EventName.server, (version) => this.#versionNamed(version));
    api.on(EventName.disconnected, () => {
      this.#end({ kind: "lost", systemCode: this.#systemCode, text: this.#text });
    });
    api.on(EventName.error, (error, code, id) => this.#failed(error.message, code, id));
    api.on(EventName.info, (text, code) => {
      this.#emit({ kind: "notice", id: -1, code, text: cutText(text) });
    });
    api.on(EventName.managedAccounts, (list) => {
      const accounts = list.split(",").filter((name) => name !== "").map((name) => cutText(name));
      this.#emit({ kind: "accounts", accounts });
    });
    api.on(EventName.nextValidId, (id) => this.#emit({ kind: "next-id", id }));
    api.on(EventName.currentTime, (seconds) => {
      this.#emit({ kind: "time", time: seconds * SECOND });
    });
    api.on(EventName.contractDetails, (id, details) => {
      this.#emit({ kind: "future", id, future: futureOf(details) });
    });
    api.on(EventName.contractDetailsEnd, (id) => {
      this.#asked.over(id);
      this.#emit({ kind: "futures-end", id });
    });
    api.on(EventName.marketDataType, (id, type) => this.#emit({ kind: "data-type", id, type }));
    this.#listenToData();
  }

  #listenToData(): void {
    const api = this.#api;
    const tick = (id: number, field: number, value: number | undefined) => {
      if (value !== undefined) this.#emit({ kind: "tick", id, field, value });
    };
    api.on(EventName.tickPrice, (id, field, price) => tick(id, field, price));
    api.on(EventName.tickSize, (id, field, size) => tick(id, field as number, size));
    api.on(EventName.tickString, (id, field, text) => {
      const isTime = field === LAST_TRADE_TIMESTAMP || field === DELAYED_LAST_TIMESTAMP;
      if (isTime) tick(id, field, Number(text));
    });
    api.on(EventName.tickByTickAllLast, (id, _kind, seconds, price, size) => {
      const time = seconds === "" ? NaN : Number(seconds) * SECOND;
      this.#emit({ kind: "trade", id, trade: { time, price, size } });
    });
    api.on(
      EventName.realtimeBar,
      (id, seconds, open, high, low, close, volume, vwap, trades) => {
        const time = seconds * SECOND;
        this.#emit({
          kind: "bar",
          id,
          bar: barOf(time, { open, high, low, close, volume, vwap, trades }),
        });
      },
    );
    api.on(
      EventName.historicalData,
      (id, date, open, high, low, close, volume, trades, vwap) => {
        const bars = this.#history.get(id);
        if (bars === undefined) return;
        if (date.startsWith("finished")) {
          this.#history.delete(id);
          this.#asked.over(id);
          this.#emit({ kind: "history", id, bars });
          return;
        }
        bars.push(barOf(barTime(date), { open, high, low, close, volume, vwap, trades }));
      },
    );
  }

  #versionNamed(version: number): void {
    if (Number.isInteger(version)) this.#emit({ kind: "version", version });
    else this.#end({ kind: "not-tws", bytes: "a frame without a version" });
  }

  #failed(text: string, code: number, id: number): void {
    if (code === CLIENT_ERRORS.unreachable) return;
    if (code === CLIENT_ERRORS.unsupportedVersion || code === CLIENT_ERRORS.oldVersion) {
      this.#end({ kind: "unsupported-version", version: this.#api.serverVersion });
      return;
    }
    this.#emit({ kind: "notice", id, code, text: cutText(text) });
  }
}
