import type { PairVenueId } from "./venue.ts";

export interface Mutant {
  readonly what: string;
  /** The world that must find it. @default that of the other venues */
  readonly world?: PairVenueId;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Each must be found by the simulation. */
export const MUTANTS: readonly Mutant[] = [
  {
    what: "Binance: lost minutes are not healed",
    file: "lib/feeds/streaming/healer.ts",
    find: "if (part === undefined) break;",
    replace: "if (part === undefined || stream.writer.isExpected(part.from)) break;",
  },
  {
    what: "Binance: a row of history is believed while it is being made",
    file: "lib/feeds/streaming/healer.ts",
    find: "if (!isFinal) continue;",
    replace: "",
  },
  {
    what: "Binance: an answer cut short proves what it lacks",
    file: "lib/feeds/streaming/healer.ts",
    find: "minute >= covers.from && minute < covers.to && !known.has(minute)",
    replace: "minute >= covers.from && !known.has(minute)",
  },
  {
    what: "Binance: silence is not noticed",
    file: "lib/feeds/streaming/silence.ts",
    find: "if (silentMs <= limitMs && !isOwed) return [];",
    replace: "if (silentMs <= limitMs * 1_000 && !isOwed) return [];",
  },
  {
    what: "Binance: the socket before a renewal is kept",
    file: "lib/feeds/streaming/connection_line.ts",
    find: "#takeOver(): void {\n    this.#drop(this.#current);",
    replace: "#takeOver(): void {",
  },
  {
    what: "Binance: Retry-After is not read",
    file: "lib/runtime/http.ts",
    find: "? Number(header) * 1_000",
    replace: "? 0 * Number(header)",
  },
  {
    what: "Binance: a ban (418) is not waited out",
    file: "lib/feeds/streaming/refusals.ts",
    find: "if (status === 429 || status === 418) {",
    replace: "if (status === 429) {",
  },
  {
    what: "Binance: trades from before the connection are missed",
    file: "lib/feeds/streaming/instrument_stream.ts",
    find: "Math.max(this.#lastTrade, this.#owedAfter)",
    replace: "Math.max(this.#lastTrade, -1)",
  },
  {
    what: "USD-M: streams are asked for without their route",
    file: "lib/feeds/binance/api.ts",
    find: 'streamPath: "/market/stream",',
    replace: 'streamPath: "/stream",',
  },
  {
    what: "USD-M: single trades are asked for under the route of aggregate ones",
    file: "lib/feeds/binance/api.ts",
    find: 'tradeStream: "aggTrade",',
    replace: 'tradeStream: "trade",',
  },
  {
    what: "USD-M: minutes are healed from the spot market",
    file: "lib/feeds/binance/api.ts",
    find: 'restRoot: "/fapi/v1",',
    replace: 'restRoot: "/api/v3",',
  },
  {
    what: "USD-M: a market in which nobody trades is silent as on spot",
    file: "lib/feeds/streaming/silence.ts",
    find: "stream.hasKeepalive ? limits.firstMs : limits.silentMs(stream.barGapMs)",
    replace: "9 * SECOND",
  },
  {
    what: "USD-M: the mark price is asked for by a name that is none",
    file: "lib/feeds/binance/api.ts",
    find: 'keepalive: { stream: "markPrice",',
    replace: 'keepalive: { stream: "markprice",',
  },
  {
    what: "USD-M: a socket on which not even mark prices come is not noticed",
    file: "lib/feeds/streaming/keepalive.ts",
    find: "if (silentMs <= limitMs) return { again };",
    replace: "if (silentMs <= limitMs * 1_000) return { again };",
  },
  {
    what: "USD-M: klines that trades have made due are not missed",
    file: "lib/feeds/streaming/silence.ts",
    find: "const isOwed = now - (barOwedSince ?? now) > pace(OWED_MS, SILENT_FLOOR_MS);",
    replace: "const isOwed = now - (barOwedSince ?? now) > pace(1e9, SILENT_FLOOR_MS);",
  },
  {
    what: "Binance: trades behind a gap are passed on at once",
    file: "lib/feeds/streaming/trade_tape.ts",
    find: "if (id !== this.#next) {",
    replace: "if (id > this.#next + 1e6) {",
  },
  {
    what: "Binance: lost trades are asked for from the second one on",
    file: "lib/feeds/binance/adapter.ts",
    find: "fromId: `${fromId}`",
    replace: "fromId: `${fromId + 1}`",
  },
  {
    what: "IBKR: lost minutes are not healed",
    file: "lib/feeds/ibkr/healer.ts",
    find: "if (newest === undefined) {",
    replace: "if (newest === undefined || this.#writer.isExpected(newest.from)) {",
  },
  {
    what: "IBKR: one answer without data is proof",
    file: "lib/feeds/ibkr/healer.ts",
    find: "(isEnough && this.#ageOf(time, question) >= YOUNG_MS);\n      });",
    replace: "(isEnough || this.#ageOf(time, question) < YOUNG_MS);\n      });",
  },
  {
    what: "IBKR: an answer cut short proves what it lacks",
    file: "lib/feeds/ibkr/healer.ts",
    find: "if (provesAbsent(time, bars) ||",
    replace: "if (this.#ageOf(time, question) > 0 || provesAbsent(time, bars) ||",
  },
  {
    what: "IBKR: a half-open connection is not noticed",
    file: "lib/feeds/ibkr/clock_probe.ts",
    find: "if (!isBusy) return now - since;",
    replace: "if (!isBusy) return undefined;",
  },
  {
    what: "IBKR: dead streams are not noticed",
    file: "lib/feeds/ibkr/liveness.ts",
    find: "watch(isOpen: boolean): void {",
    replace: "watch(isOpen: boolean): void {\n    if (isOpen !== undefined) return;",
  },
  {
    what: "IBKR: the hours of the expiring month are the market's",
    file: "lib/feeds/ibkr/contracts.ts",
    find: "(month) => month.future).reverse();",
    replace: "(month) => month.future);",
  },
  {
    what: "IBKR: the client id in use is tried again",
    file: "lib/feeds/ibkr/client_ids.ts",
    find: "if (id === this.#configured) this.#heldUntil = now + HELD_MS;",
    replace: "if (id === this.#configured) this.#heldUntil = now;",
  },
  {
    what: "IBKR: connections are not closed",
    file: "lib/feeds/ibkr/session.ts",
    find: "await this.#gateway?.close();",
    replace: "",
  },
  {
    what: "IBKR: requests are not paced",
    file: "lib/feeds/ibkr/history_budget.ts",
    find: "return Math.max(\n      0,",
    replace: "return 0 * Math.max(\n      0,",
  },
  {
    what: "IBKR: after code 1101 the streams are not asked for again",
    file: "lib/feeds/ibkr/session.ts",
    find: "each((stream) => stream.resubscribe(`${explanation} (code ${code})`));",
    replace: "",
  },
  {
    what: "IBKR: a stream that IBKR has ended (10225) is not asked for again",
    file: "lib/feeds/ibkr/stream_refusals.ts",
    find:
      "return this.#flows ? onEnded(twsCode(code).explanation) : this.#postpone(error.message);",
    replace: "return;",
  },
  {
    what: "IBKR: what was served before is given up at its first refusal",
    file: "lib/wire/tws_refusals.ts",
    find: "const LASTING = slowly(6 * HOUR);",
    replace: "const LASTING = slowly(0);",
  },
  {
    what: "IBKR delayed: history is not polled",
    file: "lib/feeds/ibkr/asked_minutes.ts",
    find: "if (asked === undefined) return true;",
    replace: "if (asked === undefined) return !this.#isDelayed;",
  },
  {
    what: "IBKR delayed: the last row of history is believed while it is being made",
    file: "lib/feeds/ibkr/last_row.ts",
    find: "if (this.#isDelayed) return age >= OLD_DELAYED_MS;",
    replace: "if (this.#isDelayed) return age >= 0;",
  },
  {
    what: "IBKR delayed: data that took the place of live data is not labelled",
    file: "lib/feeds/ibkr/stream_record.ts",
    find: 'this.source = this.reportedSource = "delayed";',
    replace: 'this.reportedSource = "delayed";',
  },
  {
    what: "IBKR delayed: data is due as soon as the market opens",
    file: "lib/feeds/ibkr/hours_watch.ts",
    find: "const isStillToCome = record.isDelayed &&",
    replace: "const isStillToCome = false && record.isDelayed &&",
  },
  {
    what: "IBKR: volume rolls to the contract month that trades less",
    file: "lib/feeds/ibkr/volume_roll.ts",
    find: "if (!(volume > (volumes.get(time) ?? NaN))) continue;",
    replace: "if (volume > (volumes.get(time) ?? NaN)) continue;",
  },
  {
    what: "IBKR: one failure to learn volumes decides the roll by date",
    file: "lib/feeds/ibkr/roll_decider.ts",
    find: "const MOST_FAILURES = 3;",
    replace: "const MOST_FAILURES = 1;",
  },
  {
    what: "a minute closes with eleven of its twelve parts",
    file: "lib/bars/minute_builder.ts",
    find: "const closed = present.length === PARTS;",
    replace: "const closed = present.length >= PARTS - 1;",
  },
  {
    what: "a repeated minute is a revision",
    file: "lib/bars/minute_ledger.ts",
    find: "if (old !== undefined && sameValues(old, bar)) return this.#repeat();",
    replace:
      "if (old !== undefined && sameValues(old, bar) && bar.openTime < 0) return this.#repeat();",
  },
  {
    what: "an impossible bar is believed",
    file: "lib/model/bar.ts",
    find: "if (!Number.isSafeInteger(openTime) ||",
    replace: "if (stepMs > 0) return undefined;\n  if (!Number.isSafeInteger(openTime) ||",
  },
  {
    what: "the wait between attempts is five minutes longer",
    file: "lib/feeds/connection.ts",
    find: "const delayMs = retryDelay(",
    replace: "const delayMs = 300_000 + retryDelay(",
  },
  {
    what: "a peer that says when to come back is kept waiting",
    file: "lib/feeds/connection.ts",
    find: 'if (remedy !== "wait" ||',
    replace: 'if (remedy !== "never" ||',
  },
  {
    what: "venue time is taken from the wall clock",
    file: "lib/feeds/venue_clock.ts",
    find: "return this.#low + this.#speed * this.#clock.monotonic();",
    replace:
      "return this.#low + this.#speed * (this.#clock.monotonic() + this.#clock.now() % 1e10 * 1e-4);",
  },
  {
    what: "Deribit: test_request is not answered",
    file: "lib/feeds/deribit/session.ts",
    find: "return this.#line.answerTest();",
    replace: "return;",
  },
  {
    what: "Deribit: silence is not noticed",
    file: "lib/feeds/deribit/value_watch.ts",
    find: "return this.#silentMs(stream, now) > this.#options.pace(SILENT_MS, SILENT_FLOOR_MS);",
    replace: "return this.#silentMs(stream, now) > 1_000 * SILENT_MS;",
  },
  {
    what: "Deribit: the row of a minute that forms, or is yet to come, is believed",
    file: "lib/feeds/deribit/index_stream.ts",
    find: "if (openTime + MINUTE > askedAt || openTime % MINUTE !== 0) continue;",
    replace: "if (openTime % MINUTE !== 0) continue;",
  },
  {
    what: "Deribit: lost minutes are not read",
    file: "lib/feeds/deribit/history_reader.ts",
    find: "const from = Math.max(ledger.from, Math.min(first, due - LAST_MINUTES * MINUTE));",
    replace: "const from = Math.max(ledger.from, due - LAST_MINUTES * MINUTE);",
  },
  {
    what: "Deribit: maintenance ends the feed",
    file: "lib/feeds/deribit/explain.ts",
    find: '"maintenance",\n        "wait",',
    replace: '"maintenance",\n        "configure",',
  },
  {
    what: "Deribit: the socket of a lost connection is kept",
    file: "lib/feeds/deribit/session.ts",
    find: "close: () => this.#line.close(),",
    replace: "close: () => Promise.resolve(),",
  },
  {
    what: "Deribit: what was open is called live for ever",
    file: "lib/feeds/deribit/session.ts",
    find: "if (!all.every((stream) => this.#watch.isSilent(stream, now))) return;",
    replace: "if (now >= 0) return;",
  },
];
