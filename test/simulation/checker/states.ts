import type { ConnectionState } from "../../../lib/model/feed_event.ts";
import { type Venue, VENUES } from "../venue.ts";
import { formatUtc } from "../../../lib/model/time.ts";
import { standstillMs } from "./connections.ts";
import type { Finding, History } from "./history.ts";

/** A stretch in one state. */
export interface Stay {
  readonly state: ConnectionState;
  readonly from: number;
  readonly to: number;
}

/** The states of a venue's connection, one after another. */
export function staysOf(history: History, venue: Venue): Stay[] {
  const stays: Stay[] = [];
  let state: ConnectionState = "idle";
  let from = history.from;
  for (const { at, event } of history.told) {
    if (event.kind !== "transition" || event.venue !== venue) continue;
    stays.push({ state, from, to: at });
    state = event.to;
    from = at;
  }
  return [...stays, { state, from, to: history.to }];
}

/**
 * P6 honest and P9 recovers: transitions join up, `live` is never claimed beyond the limit without data,
 * and at the end of the run, 90 s after the last fault, every venue is live.
 *
 * @param isTrading whether data of the venue is due all through a stretch.
 */
export function checkStates(
  history: History,
  isTrading: (venue: Venue, from: number, to: number) => boolean,
): Finding[] {
  const findings: Finding[] = [];
  const add = (property: string, text: string) => findings.push({ property, text });
  const { honestMs, lateMs } = history.promises;
  for (const venue of VENUES) {
    let before: ConnectionState = "idle";
    for (const { at, event } of history.told) {
      if (event.kind !== "transition" || event.venue !== venue) continue;
      if (event.from !== before) add("P6", `${venue} left ${event.from} and was ${before}`);
      if (event.reason === "") add("P6", `${venue} gave no reason at ${formatUtc(at)}`);
      before = event.to;
    }
    const data = history.data[venue] ?? [];
    let next = 0;
    for (const stay of staysOf(history, venue)) {
      if (stay.state !== "live") continue;
      let last = stay.from;
      while (next < data.length && data[next]! < stay.from) next++;
      for (let i = next;; i++) {
        const at = Math.min(data[i] ?? Infinity, stay.to);
        const silentMs = at - last - standstillMs(history, last, at);
        if (silentMs > honestMs[venue] && isTrading(venue, last - lateMs[venue], at)) {
          add("P6", `${venue} was called live for ${silentMs} ms without data at ${formatUtc(at)}`);
        }
        if (at >= stay.to) break;
        last = at;
      }
    }
    const final = history.finalStates[venue];
    if (final !== undefined && final !== "live") {
      add("P9", `${venue} is ${final} 90 s after the last fault`);
    }
  }
  return findings;
}
