import { normalizeExpiry } from "../../../lib/calendar/contract_month.ts";
import { globexEquityIndex } from "../../../lib/calendar/globex.ts";
import { parseTradingHours, withPublishedHours } from "../../../lib/calendar/trading_hours.ts";
import { ianaZone } from "../../../lib/calendar/zone.ts";
import { FrameFilter } from "../../../lib/feeds/ibkr/frame_filter.ts";
import type { GatewayEvent } from "../../../lib/feeds/ibkr/gateway.ts";
import { stoqeyGatewayOver } from "../../../lib/feeds/ibkr/stoqey_gateway.ts";
import type { TcpSocket } from "../../../lib/runtime/tcp_socket.ts";
import { barTime } from "../../../lib/feeds/ibkr/stoqey_values.ts";
import { twsCode } from "../../../lib/wire/tws_codes.ts";
import { type Asked, refusalCause, treatmentOf } from "../../../lib/wire/tws_refusals.ts";
import { encodeFrame, TwsFrameDecoder } from "../../../lib/wire/tws_frame.ts";
import { readTwsRequest } from "../../../lib/wire/tws_request.ts";
import { VirtualClock } from "../virtual_clock.ts";
import { type Decoder, type Fate, ofBytes, ofText, reasoned } from "./decoder.ts";
import * as samples from "./samples.ts";

export const TWS_DECODERS: readonly (() => Decoder)[] = [
  () =>
    ofBytes("TWS frames, ours", samples.TWS_REPLIES, () => (bytes) => {
      const frames = new TwsFrameDecoder().push(bytes);
      for (const frame of frames) if (frame.kind === "broken") return reasoned(frame.reason);
      return frames.length > 0 ? "accepted" : "ignored";
    }),
  () =>
    ofBytes("TWS frames, before the package", samples.TWS_REPLIES, () => (bytes) => {
      const found = new FrameFilter().push(bytes);
      for (const each of found) {
        if (each.kind === "broken" || each.kind === "dropped") return reasoned(each.why);
      }
      return found.length > 0 ? "accepted" : "ignored";
    }),
  () => ofBytes("TWS replies through the package", samples.TWS_REPLIES, () => replyFate),
  () => {
    const texts = samples.TWS_REQUESTS.map((fields) => fields.join("\u0001"));
    return ofText("TWS requests", texts, () => (text) => {
      const request = readTwsRequest(text.split("\u0001"));
      if (request.kind === "unreadable") return reasoned(request.reason);
      return request.kind === "unknown" ? "ignored" : "accepted";
    });
  },
  () => ofText("TWS errors", samples.TWS_ERRORS, () => errorFate),
  () =>
    ofText("TWS history times", samples.BAR_TIMES, () => (text) => {
      return Number.isSafeInteger(barTime(text)) ? "accepted" : "rejected";
    }),
  () =>
    ofText("trading hours", samples.HOURS_TEXTS, () => (text) => {
      const hours = parseTradingHours(text, "US/Central");
      const calendar = withPublishedHours(globexEquityIndex, hours);
      calendar.isOpen(Date.UTC(2025, 11, 3, 15));
      return hours.sessions.length + hours.closedDays.length > 0 ? "accepted" : "rejected";
    }),
  () =>
    ofText("zone names", samples.ZONE_NAMES, () => (text) => {
      return ianaZone(text) === undefined ? "rejected" : "accepted";
    }),
  () =>
    ofText("expiries", samples.EXPIRIES, () => (text) => {
      const expiry = normalizeExpiry(text);
      if (expiry !== undefined && !/^\d{8}$/.test(expiry)) throw new Error(`took ${expiry}`);
      return expiry === undefined ? "rejected" : "accepted";
    }),
];

/** A mutated reply through the filter, the package's decoder and our gateway over it, on its own connection. */
function replyFate(bytes: Uint8Array): Fate {
  const handlers: Record<string, (value?: unknown) => void> = {};
  const client: TcpSocket = {
    closed: true,
    on: (event: string, handler: unknown) =>
      void (handlers[event] = handler as (value?: unknown) => void),
    once: () => {},
    write: () => {},
    end: () => {},
    destroy: () => {},
  };
  const clock = new VirtualClock(0).of("client");
  let heard: GatewayEvent[] = [];
  const options = { host: "fuzz", port: 1, clientId: 1, clock };
  const gateway = stoqeyGatewayOver(() => client)(options, (event) => void heard.push(event));
  handlers.connect!();
  handlers.data!(encodeFrame([193, "20251203 08:00:00 CST"]));
  handlers.data!(encodeFrame([15, 1, "DU1"]));
  handlers.data!(encodeFrame([9, 1, 1]));
  const future = { contractId: 1, symbol: "ES", exchange: "CME", currency: "USD" };
  gateway.futures(1, { symbol: "ES", exchange: "CME" });
  gateway.history(4, { future: future as never, end: "", duration: "60 S" });
  heard = [];
  handlers.data!(bytes);
  const isOver = heard.some(({ kind }) => kind === "closed");
  const isBad = heard.some((event) => event.kind === "notice" && event.code === 505);
  void gateway.close();
  return isOver || isBad ? "rejected" : heard.length > 0 ? "accepted" : "ignored";
}

const ASKED: readonly Asked[] = ["listing", "stream", "delayed-stream", "history", "index"];

/** What we make of a code and its text: always something, whatever it says. */
function errorFate(text: string): Fate {
  const [, digits = "", words = ""] = /^(-?\d*) ?([^]*)$/.exec(text) ?? [];
  const code = Number(digits);
  const { explanation } = twsCode(code);
  if (explanation === "") throw new Error(`code ${code} is not explained`);
  const cause = refusalCause(code, words, { isCompeting: words.length % 2 === 0 });
  const asked = ASKED[words.length % ASKED.length]!;
  const { kind } = treatmentOf(cause, asked, code % 2 === 0 ? "first" : "served");
  return kind === "go-on" ? "accepted" : "rejected";
}
