import { decodeFundingRows, decodePremiumIndex } from "../../wire/binance_funding.ts";
import type { FundingQuestions } from "../streaming/adapter.ts";

/** Rows that one request may bring. */
const MAX_ROWS = 1_000;

/**
 * How USD-M futures are asked for funding.
 *
 * Source: Binance USD-M futures, "Mark Price" (weight 1 for one symbol) and "Get Funding Rate History" (500 requests in
 * five minutes and address; counted as weight as well, as its description leaves open whether it is).
 */
export function binanceFunding(restRoot: string): FundingQuestions {
  return {
    estimate: {
      request: ({ symbol }) => ({
        path: `${restRoot}/premiumIndex?${new URLSearchParams({ symbol })}`,
        weight: 1,
      }),
      read: ({ text }, { symbol }) => decodePremiumIndex(text, symbol),
    },
    payments: {
      request: ({ symbol, from }) => {
        const search = new URLSearchParams({
          symbol,
          startTime: `${from}`,
          limit: `${MAX_ROWS}`,
        });
        return { path: `${restRoot}/fundingRate?${search}`, weight: 1 };
      },
      read: ({ text }, { symbol, from }) => {
        const rows = decodeFundingRows(text, symbol);
        if (rows === undefined) return undefined;
        const { payments, rejected } = rows, last = payments.at(-1);
        const isFull = payments.length + rejected.length >= MAX_ROWS;
        const next = isFull && last !== undefined && last.time >= from ? last.time + 1 : undefined;
        return { payments, rejected, next };
      },
    },
  };
}
