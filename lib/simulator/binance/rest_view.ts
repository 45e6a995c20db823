import type { OnHistory } from "../served_history.ts";
import type { Listing } from "../truth.ts";
import type { KlineBook } from "./kline_book.ts";
import type { TimeUnit, VenueMarket } from "./payloads.ts";
import { RestError } from "./rest_error.ts";

/** What one REST call sees. */
export interface RestView {
  readonly market: VenueMarket;
  readonly book: KlineBook;
  /** The market is seen as it was then: the REST API's database may lag behind the venue. */
  readonly now: number;
  readonly serverTime: number;
  readonly unit: TimeUnit;
  readonly onHistory?: OnHistory | undefined;
  /** Lets others run when the call has worked for long. */
  breathe(): Promise<void> | void;
}

/** @throws {RestError} when the venue does not list the symbol. */
export function listingOf(symbol: string, { book, serverTime }: RestView): Listing {
  const listing = book.listing(symbol, serverTime);
  if (listing === undefined) throw new RestError(-1121, "Invalid symbol.");
  return listing;
}
