import { SECOND } from "../../model/time.ts";
import type { TcpConnection } from "../../runtime/tcp_server.ts";
import { TwsFrameDecoder } from "../../wire/tws_frame.ts";
import { TwsReplyId, TwsVersion } from "../../wire/tws_message_ids.ts";
import { readTwsRequest, type TwsRequest } from "../../wire/tws_request.ts";
import { greetingOf } from "./greeting.ts";
import { ListedHours } from "./hours.ts";
import { Outbox } from "./outbox.ts";
import { MessageRate } from "./pacing.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import { contractReply, errorReply, type Fields, NO_REQUEST } from "./replies.ts";
import { Streams } from "./streams.ts";
import type { Venue } from "./venue.ts";
import { serverTimeText, wallClock } from "./venue_text.ts";

/** Longest message of a client; the largest real ones are a few hundred bytes. */
const MAX_REQUEST_LENGTH = 64 * 1_024;
const FIRST_ORDER_ID = 1;
/** Says that the venue is simulated: accounts of IBKR never begin so. */
const DEFAULT_ACCOUNT = "SIM1234567";
const UNSUPPORTED_VERSION = 194;
const FARMS: readonly (readonly [number, string])[] = [
  [2104, "Market data farm connection is OK:usfuture"],
  [2106, "HMDS data farm connection is OK:ushmds"],
  [2158, "Sec-def data farm connection is OK:secdefnj"],
];

/** What a session uses of the server's shared state. */
export interface Neighbours {
  isClientIdTaken(clientId: number): boolean;
  linesInUse(): ReadonlySet<number>;
  openHistories(): number;
  tickByTicks(): number;
}

/** One client, from its first bytes to its end. */
export class Session {
  readonly #connection: TcpConnection;
  readonly #venue: Venue;
  readonly #neighbours: Neighbours;
  readonly #outbox: Outbox;
  readonly #decoder = new TwsFrameDecoder({ maxLength: MAX_REQUEST_LENGTH });
  readonly #rate = new MessageRate();
  readonly streams: Streams;
  #greeting: Uint8Array = new Uint8Array(0);
  #version = 0;
  #isOver = false;
  readonly #isHung: boolean;
  /** Undefined until the client has started the API. */
  clientId: number | undefined;

  constructor(connection: TcpConnection, venue: Venue, neighbours: Neighbours) {
    this.#connection = connection;
    this.#venue = venue;
    this.#neighbours = neighbours;
    this.#outbox = new Outbox(connection, venue.faults);
    this.streams = new Streams({
      venue,
      send: (fields) => this.#send(fields),
      sendData: (fields) => this.#sendData(fields),
      refuse: (id, refusal) => this.#refuse(id, refusal),
      linesInUse: () => neighbours.linesInUse(),
      openHistories: () => neighbours.openHistories(),
      tickByTicks: () => neighbours.tickByTicks(),
    });
    this.#isHung = venue.options.handshake === "silent" || venue.troubles.isHung(venue.time.now());
    connection.onData((bytes) => this.#receive(bytes));
  }

  /** Sends what fell due by `now`. */
  advance(now: number): void {
    this.streams.advance(now);
    this.#outbox.flush(now);
  }

  /** A message that concerns no request. */
  notice(code: number, text: string): void {
    if (this.clientId === undefined) return;
    this.#refuse(NO_REQUEST, { code, text });
    this.#outbox.flush(this.#venue.time.now());
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  cut(): void {
    this.#isOver = true;
    this.streams.clear();
    this.#connection.destroy();
  }

  /** Sends the client away: what was said is still sent. */
  dismiss(): void {
    if (!this.#isOver) this.#end();
  }

  /** Sends bytes that are no message. */
  sendRaw(bytes: Uint8Array): void {
    if (this.clientId !== undefined) this.#connection.write(bytes);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isOver || this.#isHung) return;
    const rest = this.#version === 0 ? this.#greet(bytes) : bytes;
    if (rest === undefined) return;
    for (const frame of this.#decoder.push(rest)) {
      if (this.#isOver) return;
      if (frame.kind === "broken") return this.#end();
      this.#take(frame.fields);
    }
    this.#outbox.flush(this.#venue.time.now());
  }

  /** Settles the version; gives back the bytes that follow the client's first message. */
  #greet(bytes: Uint8Array): Uint8Array | undefined {
    const all = new Uint8Array([...this.#greeting, ...bytes]);
    const greeting = greetingOf(all);
    if (greeting.kind === "incomplete") {
      this.#greeting = all;
      return undefined;
    }
    const highest = this.#venue.options.version ?? TwsVersion.Newest;
    if (
      greeting.kind !== "hello" || greeting.highest < TwsVersion.Oldest || greeting.lowest > highest
    ) {
      this.cut();
      return undefined;
    }
    this.#version = Math.min(highest, greeting.highest);
    const isWrong = this.#venue.options.handshake === "version-194";
    this.#send([isWrong ? UNSUPPORTED_VERSION : this.#version, serverTimeText(this.#now)]);
    return greeting.rest;
  }

  #take(fields: readonly string[]): void {
    const verdict = this.#rate.take(this.#now);
    if (verdict !== "ok") {
      if (verdict !== "ignored") {
        this.#refuse(NO_REQUEST, this.#venue.paced(Refusals.tooFast(this.#rate.strikes)));
      }
      if (verdict === "end") this.#end();
      return;
    }
    const request = readTwsRequest(fields);
    this.#venue.count(request.kind);
    if (request.kind === "startApi") this.#start(request.clientId);
    else if (this.clientId !== undefined) this.#serve(request);
  }

  #start(clientId: number): void {
    if (this.clientId !== undefined) return;
    if (this.#neighbours.isClientIdTaken(clientId)) {
      this.#refuse(NO_REQUEST, Refusals.clientIdInUse);
      this.#end();
      return;
    }
    this.clientId = clientId;
    this.#sendAccounts();
    if (this.#venue.options.handshake !== "no-next-valid-id") this.#sendNextId();
    for (const [code, text] of FARMS) this.#refuse(NO_REQUEST, { code, text });
  }

  #serve(request: TwsRequest): void {
    const { streams } = this;
    switch (request.kind) {
      case "currentTime":
        return this.#send([TwsReplyId.CurrentTime, 1, Math.floor(this.#now / SECOND)]);
      case "ids":
        return this.#sendNextId();
      case "managedAccounts":
        return this.#sendAccounts();
      case "contractDetails":
        return this.#sendContracts(request);
      case "headTimestamp":
        return this.#sendHeadTimestamp(request);
      case "historicalData":
        return streams.history(request);
      case "cancelHistoricalData":
        return streams.cancelHistory(request.id);
      case "realTimeBars":
        return streams.realTimeBars(request);
      case "cancelRealTimeBars":
        return streams.cancelRealTimeBars(request.id);
      case "tickByTick":
        return streams.tickByTick(request);
      case "cancelTickByTick":
        return streams.cancelTickByTick(request.id);
      case "marketData":
        return streams.marketData(request);
      case "cancelMarketData":
        return streams.cancelMarketData(request.id);
      case "marketDataType":
        streams.marketDataType = request.type;
        return;
      case "unreadable":
        return this.#refuse(request.id, Refusals.unreadable(request.reason));
      case "unknown":
        return this.#refuse(NO_REQUEST, Refusals.unknownMessage(request.message));
      default:
        return this.#sendEmptyAccount(request);
    }
  }

  /** This venue keeps no orders and no positions; clients that ask at the start learn that it is so. */
  #sendEmptyAccount(request: TwsRequest): void {
    switch (request.kind) {
      case "openOrders":
        return this.#send([TwsReplyId.OpenOrderEnd, 1]);
      case "completedOrders":
        return this.#send([TwsReplyId.CompletedOrdersEnd]);
      case "positions":
        return this.#send([TwsReplyId.PositionEnd, 1]);
      case "executions":
        return this.#send([TwsReplyId.ExecutionDataEnd, 1, request.id]);
      case "accountUpdates":
        return this.#send([TwsReplyId.AccountDownloadEnd, 1, request.account]);
      case "accountUpdatesMulti":
        return this.#send([TwsReplyId.AccountUpdateMultiEnd, 1, request.id]);
    }
  }

  #sendContracts({ id, contract }: Extract<TwsRequest, { kind: "contractDetails" }>): void {
    const refusal = this.#venue.troubles.refusalOf("listing", this.#now);
    if (refusal !== undefined) return this.#refuse(id, refusal);
    const found = this.#venue.book.find(contract, this.#now);
    if (found.length === 0) return this.#refuse(id, Refusals.unknownContract);
    const hours = new ListedHours(this.#venue.tape, this.#now);
    for (const each of found) {
      this.#send(contractReply(id, each, hours.of(each), this.#version));
    }
    this.#send([TwsReplyId.ContractDataEnd, 1, id]);
  }

  #sendHeadTimestamp(request: Extract<TwsRequest, { kind: "headTimestamp" }>): void {
    const contract = this.#venue.resolve(request.contract);
    if ("code" in contract) return this.#refuse(request.id, contract);
    const first = this.#venue.tape.firstBar(contract.listing.symbol, this.#now)?.openTime;
    if (first === undefined) {
      return this.#refuse(request.id, Refusals.historyNoData(contract, "TRADES"));
    }
    const { date, clock } = wallClock(first, "UTC");
    const text = request.formatDate === 2 ? String(first / SECOND) : `${date}-${clock}`;
    this.#send([TwsReplyId.HeadTimestamp, request.id, text]);
  }

  #sendAccounts(): void {
    const account = this.#venue.options.account ?? DEFAULT_ACCOUNT;
    this.#send([TwsReplyId.ManagedAccounts, 1, account]);
  }

  #sendNextId(): void {
    this.#send([TwsReplyId.NextValidId, 1, FIRST_ORDER_ID]);
  }

  get #now(): number {
    return this.#venue.time.now();
  }

  #send(fields: Fields): void {
    this.#outbox.send(fields, this.#now);
  }

  #sendData(fields: Fields): void {
    const send = (each: Fields) => {
      if (!this.#isOver) this.#outbox.sendData(each, this.#now);
    };
    for (const item of this.#venue.troubles.order.pass({ fields, send })) item.send(item.fields);
  }

  #refuse(id: number, { code, text }: Refusal): void {
    this.#send(errorReply(id, code, text));
  }

  /** Ends the session from our side: what was said is still sent. */
  #end(): void {
    this.#isOver = true;
    this.streams.clear();
    this.#outbox.flush(Infinity);
    this.#connection.end();
  }
}
