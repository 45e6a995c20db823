import type { Market } from "../../market/market.ts";
import { formatUtc } from "../../model/time.ts";
import type { Frame } from "../panel.ts";
import { tableFrame } from "./table_frame.ts";

/** The contract month that each future streams, and when it moves on. */
export function contractTable(market: Market): Frame {
  const rows = market.journal.contracts.map(({ instrument, contract, expiry, rollAt }) => [
    instrument,
    contract,
    expiry.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3"),
    formatUtc(rollAt),
    market.sourceOf(instrument),
  ]);
  return tableFrame(
    "Front month",
    ["instrument", "contract", "last trade", "rolls at", "source"],
    rows,
    { empty: "No contract is chosen yet: the venue has not answered." },
  );
}
