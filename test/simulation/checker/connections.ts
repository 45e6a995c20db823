import { formatUtc } from "../../../lib/model/time.ts";
import { type Venue, VENUES } from "../venue.ts";
import type { Finding, History } from "./history.ts";

/** Only Binance renews with an overlap. */
const MOST_SOCKETS: Readonly<Record<Venue, number>> = {
  binance: 2,
  ibkr: 1,
  deribit: 1,
  coinbase: 2,
  kraken: 2,
};

/** P7: sockets of a venue are one at a time, but for a short overlap; nothing is left at the end. */
export function checkSockets(history: History): Finding[] {
  const findings: Finding[] = [];
  const add = (text: string) => findings.push({ property: "P7", text });
  for (const venue of VENUES) {
    const open = new Set<number>();
    let overlapFrom = NaN;
    for (const { at, id, what } of history.sockets.filter((step) => step.venue === venue)) {
      if (what === "dial") open.add(id);
      if (what === "end") open.delete(id);
      if (open.size > MOST_SOCKETS[venue]) {
        add(`${venue} had ${open.size} sockets at ${formatUtc(at)}`);
      }
      if (open.size > 1 && Number.isNaN(overlapFrom)) overlapFrom = at;
      if (open.size <= 1) {
        const lastedMs = at - overlapFrom - standstillMs(history, overlapFrom, at);
        if (lastedMs > history.promises.overlapMs) {
          add(`${venue} had two sockets for ${lastedMs} ms until ${formatUtc(at)}`);
        }
        overlapFrom = NaN;
      }
    }
    if (open.size > 0) add(`${venue} left ${open.size} sockets open`);
  }
  return [...findings, ...history.leftovers.map((text) => ({ property: "P7", text }))];
}

/** How long the client stood still within a stretch. */
export function standstillMs({ standstills }: History, from: number, to: number): number {
  return standstills.reduce(
    (sum, still) => sum + Math.max(0, Math.min(to, still.to) - Math.max(from, still.from)),
    0,
  );
}
