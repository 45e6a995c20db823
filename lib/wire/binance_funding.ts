import {
  type FundingEstimate,
  fundingHour,
  type FundingPayment,
  HIGHEST_FUNDING_RATE,
  LONGEST_FUNDING_MS,
} from "../model/funding.ts";
import { MINUTE } from "../model/time.ts";
import { decimalOf, FieldReader, fieldsOf, MAX_ROWS, parseJson, timeOf } from "./field_reader.ts";

/** An answer of funding that was paid, and why rows were left out, one text each. */
export interface FundingRows {
  /** Oldest first. A time of which the venue says no rate, an absurd one or two has null. */
  readonly payments: readonly FundingPayment[];
  readonly rejected: readonly string[];
}

/**
 * The body of `GET /fapi/v1/fundingRate`. Undefined when it is not a list of rows at all.
 *
 * Source: Binance USD-M futures, "Get Funding Rate History". Times stand some milliseconds after the hour; the mark
 * price of old rows is empty.
 *
 * @param symbol rows of another are left out.
 *
 * @example
 * ```ts
 * import { decodeFundingRows } from "./binance_funding.ts";
 * import assert from "node:assert/strict";
 * const time = Date.UTC(2026, 0, 12, 8);
 * const row = { symbol: "BTCUSDT", fundingRate: "0.00010000", fundingTime: time + 4, markPrice: "97000.1" };
 * assert.deepEqual(decodeFundingRows(JSON.stringify([row]), "BTCUSDT")?.payments, [
 *   { time, rate: 0.0001, markPrice: 97_000.1 },
 * ]);
 * ```
 */
export function decodeFundingRows(text: string, symbol: string): FundingRows | undefined {
  const list = parseJson(text, "page");
  if (!Array.isArray(list) || list.length > MAX_ROWS) return undefined;
  const byTime = new Map<number, FundingPayment>(), rejected: string[] = [];
  for (const item of list) {
    const payment = paymentOf(item, symbol);
    if (typeof payment === "string") {
      rejected.push(payment);
      continue;
    }
    const { time, rate } = payment, known = byTime.get(time);
    if (known !== undefined && known.rate !== rate) {
      rejected.push("two rates of funding for one time");
      byTime.set(time, { ...payment, rate: null });
    } else byTime.set(time, payment);
    if (rate === null) rejected.push(`no rate of funding that can be: ${rateOf(item)}`);
  }
  const payments = [...byTime.values()].sort((a, b) => a.time - b.time);
  return { payments, rejected };
}

/**
 * The body of `GET /fapi/v1/premiumIndex` for one symbol; undefined when it is another thing.
 *
 * Source: Binance USD-M futures, "Mark Price". What it calls the last rate is that of the funding to come, as its stream
 * of mark prices has it.
 */
export function decodePremiumIndex(text: string, symbol: string): FundingEstimate | undefined {
  const fields = fieldsOf(parseJson(text, "page"));
  if (fields === undefined || fields.symbol !== symbol) return undefined;
  const read = new FieldReader(fields);
  const time = read.time("time"), markPrice = read.price("markPrice");
  if (read.fault !== undefined) return undefined;
  const { indexPrice, lastFundingRate: rate, nextFundingTime: nextTime } = fields;
  return fundingEstimateOf({ time, markPrice }, { indexPrice, rate, nextTime });
}

/** Contracts that are not perpetual send empty texts and 0 for funding: it is not known then. */
export function fundingEstimateOf(
  { time, markPrice }: Pick<FundingEstimate, "time" | "markPrice">,
  said: Readonly<Record<"indexPrice" | "rate" | "nextTime", unknown>>,
): FundingEstimate {
  const indexPrice = decimalOf(said.indexPrice);
  const nextTime = fundingHour(timeOf(said.nextTime));
  // What fell due before says nothing of what comes, and the next is never far.
  const isAhead = nextTime > time && nextTime <= time + LONGEST_FUNDING_MS + MINUTE;
  return {
    time,
    markPrice,
    indexPrice: indexPrice > 0 ? indexPrice : null,
    rate: isAhead ? knownRate(said.rate) : null,
    nextTime: isAhead ? nextTime : null,
  };
}

function paymentOf(item: unknown, symbol: string): FundingPayment | string {
  const fields = fieldsOf(item);
  if (fields === undefined) return "a row of funding that is no object";
  if (fields.symbol !== symbol) return "funding of another symbol";
  const time = fundingHour(timeOf(fields.fundingTime));
  if (Number.isNaN(time)) return "a time of funding that is no whole hour";
  const markPrice = decimalOf(fields.markPrice);
  const rate = knownRate(fields.fundingRate);
  return { time, rate, markPrice: markPrice > 0 ? markPrice : null };
}

function knownRate(value: unknown): number | null {
  const rate = decimalOf(value);
  return Math.abs(rate) <= HIGHEST_FUNDING_RATE ? rate : null;
}

/** What the venue wrote, short enough for a log. */
function rateOf(item: unknown): string {
  return `${fieldsOf(item)?.fundingRate}`.slice(0, 40);
}
