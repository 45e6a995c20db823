import { ceilTo, floorTo, HOUR, MINUTE } from "../../model/time.ts";
import { decimalText } from "./decimal_text.ts";
import { FUNDING_MS, markPriceAt, paidRate } from "./funding.ts";
import { premiumIndexText, rateText } from "./payloads.ts";
import { RestError } from "./rest_error.ts";
import type { RestParameters } from "./rest_parameters.ts";
import { listingOf, type RestView } from "./rest_view.ts";

/** `GET /fapi/v1/premiumIndex` of one symbol: what its stream of mark prices would send now. */
export function premiumIndex(parameters: RestParameters, view: RestView): string {
  const symbol = parameters.symbol();
  parameters.finish();
  listingOf(symbol, view);
  const { book, now: time } = view;
  const lastPrice = book.lastPrice(symbol, time);
  if (lastPrice === undefined) throw new RestError(-1121, "Invalid symbol.");
  return premiumIndexText(symbol, markPriceAt(book.truth, symbol, { time, lastPrice }));
}

/**
 * `GET /fapi/v1/fundingRate` of one symbol, oldest first: from a start the first rows, else the newest. Times stand some
 * milliseconds after the hour, as Binance's do.
 */
export async function fundingHistory(parameters: RestParameters, view: RestView): Promise<string> {
  const symbol = parameters.symbol();
  const start = parameters.time("startTime"), end = parameters.time("endTime");
  const limit = parameters.limit(1_000, 100);
  parameters.finish();
  listingOf(symbol, view);
  const { book: { truth }, now } = view;
  const last = floorTo(Math.min(end ?? Infinity, now), FUNDING_MS);
  const earliest = ceilTo(Math.max(truth.from, start ?? -Infinity), FUNDING_MS);
  const first = start === undefined
    ? Math.max(earliest, last - (limit - 1) * FUNDING_MS)
    : earliest;
  const rows: string[] = [];
  for (let time = first; time <= last && rows.length < limit; time += FUNDING_MS) {
    const mark = truth.minute(symbol, time - MINUTE)?.close;
    rows.push(
      `{"symbol":"${symbol}","fundingTime":${time + time / HOUR % 5},` +
        `"fundingRate":"${rateText(paidRate(truth, symbol, time))}",` +
        `"markPrice":"${mark === undefined ? "" : decimalText(mark)}"}`,
    );
    await view.breathe();
  }
  return `[${rows.join(",")}]`;
}
