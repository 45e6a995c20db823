import type { Bar } from "../model/bar.ts";
import type { FundingEstimate } from "../model/funding.ts";
import type { TradingMode } from "../model/trading_mode.ts";
import { type Fields, fieldsOf, MAX_JSON, parseJson } from "./json_fields.ts";

/** A minute as a venue writes it. */
export type VenueMinute = Omit<Bar, "closed" | "revision" | "source" | "contract">;

/** A trade, or several at one price and moment as one. */
export interface VenueTrade {
  /** One higher at each trade of the instrument. */
  readonly id: number;
  /** The id by which bars count it, where that is another: that of the last one in it. @default id */
  readonly sequence?: number;
  readonly time: number;
  readonly price: number;
  readonly size: number;
  /** Of the one who took. */
  readonly side?: "buy" | "sell";
}

/** What a frame says. Times are the venue's, epoch ms UTC. */
export type StreamMessage =
  | {
    readonly kind: "bar";
    readonly symbol: string;
    readonly eventTime: number;
    readonly minute: VenueMinute;
    /** Of the newest trade in it; -1 when there is none. */
    readonly lastTrade: number;
    /** Nothing more comes for the minute. */
    readonly isClosed: boolean;
  }
  | {
    readonly kind: "trades";
    readonly symbol: string;
    readonly eventTime: number;
    readonly trades: readonly VenueTrade[];
  }
  /** Sent whether or not anything trades. Without a symbol it covers the whole socket. */
  | {
    readonly kind: "keepalive";
    readonly symbol?: string;
    readonly eventTime?: number;
    /** Of the newest trade, where the venue says it. */
    readonly lastTrade?: number;
    /** Of a perpetual, where the venue says it. */
    readonly funding?: FundingEstimate;
  }
  /** To be answered by this frame at once. */
  | { readonly kind: "question"; readonly answer: string }
  /** The venue announces something of its own state. */
  | { readonly kind: "announced"; readonly text: string }
  /** What may be done with all of its products. */
  | { readonly kind: "trading"; readonly mode: TradingMode }
  /** The server is about to close: a replacement is opened. */
  | { readonly kind: "closing" }
  /** A request was refused; with a symbol, that symbol is not to be had. */
  | { readonly kind: "refused"; readonly text: string; readonly symbol?: string }
  /** Well-formed, and nothing Comove uses. */
  | { readonly kind: "ignored" }
  | { readonly kind: "rejected"; readonly reason: string };

export const IGNORED: StreamMessage = { kind: "ignored" };

export function rejected(reason: string): StreamMessage {
  return { kind: "rejected", reason };
}

/** What a venue says is cut off behind it, characters. */
export const LONGEST_TEXT = 200;

/** @param symbol undefined where the refusal is of none. */
export function refused(text: string, symbol: string | undefined): StreamMessage {
  const said = { kind: "refused", text: text.slice(0, LONGEST_TEXT) } as const;
  return symbol === undefined ? said : { ...said, symbol };
}

/** The message of a frame that must be a JSON object, read by `read`. */
export function messageIn(text: string, read: (fields: Fields) => StreamMessage): StreamMessage {
  const fields = fieldsOf(parseJson(text, "frame"));
  if (fields !== undefined) return read(fields);
  return rejected(text.length > MAX_JSON.frame ? "longer than any frame" : "not a JSON object");
}
