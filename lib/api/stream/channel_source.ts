import type { Market } from "../../market/market.ts";
import type { MarketEvent } from "../../market/market_event.ts";
import type { AlertLog } from "../alert_log.ts";

/** An update that an event brings. */
export interface ChannelUpdate {
  /** Made when it is sent. */
  data(): unknown;
  /** A later one may take its place while it waits for the channel's pace. @default false */
  readonly isFleeting?: boolean;
}

/** What one channel sends. */
export interface ChannelSource {
  snapshot(): unknown;
  /** @returns undefined for an event that is not of this channel. */
  update(event: MarketEvent): ChannelUpdate | undefined;
  /** Shortest time between two fleeting updates, local ms. @default 0 */
  readonly paceMs?: number;
}

/** What channels are made of. */
export interface ChannelParts {
  readonly market: Market;
  readonly alerts: AlertLog;
}

/** A kind of channel: one file and one line of the registry. */
export interface ChannelKind {
  /** `bars` of `bars:ES`. */
  readonly name: string;
  /** How it is written, for messages: `bars:ID`. */
  readonly form: string;
  /** @returns undefined where there is no such thing to follow. */
  open(parts: ChannelParts, of: string | undefined): ChannelSource | undefined;
}
