import { MarketError, type Remedy } from "../../model/errors.ts";
import type { VenueWords } from "./adapter.ts";

/** One configured endpoint of a venue: its host and the setting that names it. */
export interface Peer {
  readonly words: VenueWords;
  /** `api.binance.com`, with the port when there is one. */
  readonly host: string;
  /** `binance.restUrl` */
  readonly setting: string;
  /** True for a fallback host: its failure must not end a feed whose preferred host may recover. */
  readonly isAlternative: boolean;
  /** Path of the streams there, where the host has several. */
  readonly route?: string;
  /** Another host of the venue, which is asked when this one cannot be reached. */
  readonly next?: string;
}

/** The host of a URL. @throws {RangeError} when the URL is not one of these protocols. */
export function hostOf(setting: string, url: string, protocols: readonly string[]): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !protocols.includes(parsed.protocol)) {
    throw new RangeError(
      `${setting} must be a URL that begins with ${protocols.join("// or ")}//, got ${url}`,
    );
  }
  return parsed.host;
}

/** An instrument and what the venue calls it. */
export interface Named {
  readonly id: string;
  readonly symbol: string;
}

/** Nothing is asked of the user. */
export const AGAIN = "It is tried again.";

/** `not-binance`: another server answers at that address. */
export function notCode({ words: { title } }: Peer): string {
  return `not-${title.toLowerCase()}`;
}

/** A failure of the venue behind a peer. */
export function failure(
  { words: { venue } }: Peer,
  code: string,
  remedy: Remedy,
  message: string,
  options: { instrument?: string; retryAfterMs?: number; cause?: unknown } = {},
): MarketError {
  return new MarketError(code, remedy, message, { venue, ...options });
}
