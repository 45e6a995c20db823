/** What a venue lets be done with a product just now. */
export type TradingMode =
  /** Everything. */
  | "online"
  /** Limit orders only; they are matched as they come. */
  | "limit-only"
  /** Only orders that wait: none is matched. */
  | "post-only"
  /** No new orders. */
  | "cancel-only"
  /** Orders are collected, to be matched all at once later. */
  | "auction"
  | "offline"
  | "maintenance"
  /** For good. */
  | "delisted";

export const TRADING_MODES: readonly TradingMode[] = [
  "online",
  "limit-only",
  "post-only",
  "cancel-only",
  "auction",
  "offline",
  "maintenance",
  "delisted",
];

/** True where trades can be made. */
export function isTradable(mode: TradingMode): boolean {
  return mode === "online" || mode === "limit-only";
}

const MEANINGS: Readonly<Record<TradingMode, string>> = {
  online: "trades as usual",
  "limit-only": "takes limit orders only",
  "post-only": "is in post-only mode: nothing trades",
  "cancel-only": "is in cancel-only mode: nothing trades",
  auction: "is in an auction: nothing trades until it ends",
  offline: "is offline: nothing trades",
  maintenance: "is under maintenance: nothing trades",
  delisted: "is delisted: nothing trades any more",
};

/** What a mode comes down to, as a sentence goes on after a name: `is in cancel-only mode: nothing trades`. */
export function tradingText(mode: TradingMode): string {
  return MEANINGS[mode];
}
