import { DAY, HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { type Venue, VENUE_FAULTS } from "./venue.ts";
import type { FaultAction, FaultKind } from "../../lib/simulator/fault.ts";
import { drawnFrom, FAULT_NUMBERS } from "../../lib/simulator/fault_kinds.ts";
import type { SeededRandom } from "../../lib/simulator/seeded_random.ts";

/** What goes wrong on this side of the venues. */
export type NearAction =
  /** The client's process stands still. */
  | { readonly kind: "freeze"; readonly durationMs: number }
  /** Its machine sleeps: the monotonic clock stands still too. */
  | { readonly kind: "suspend"; readonly durationMs: number }
  /** Its wall clock is set. */
  | { readonly kind: "wall-step"; readonly byMs: number }
  | { readonly kind: "no-such-host"; readonly durationMs: number }
  | { readonly kind: "black-hole"; readonly durationMs: number }
  /** Bytes come in slices of one to three. */
  | { readonly kind: "slices"; readonly durationMs: number };

/** One fault of a run; `at` and `until` are ms since its start. */
export type PlannedFault =
  & { readonly at: number; readonly until: number }
  & (
    | { readonly who: Venue; readonly action: FaultAction }
    | { readonly who: "client" | "network"; readonly action: NearAction }
  );

/** Venues whose faults are drawn together, with those on this side of them. */
export const TRADING: readonly Venue[] = ["ibkr", "binance"];
/** The index venue, whose faults are drawn apart, so that they change nothing of what the others meet. */
export const INDEX: readonly Venue[] = ["deribit"];

/** A fault that waits for its occasion (the next REST call) is over by then at the latest, ms. */
const OCCASION_MS = 4 * MINUTE;
/** By then each instrument has been served, ms after the start. */
const SERVED_MS = 5 * MINUTE;
/** How much more often than the others a kind strikes. */
const WEIGHTS: Readonly<Partial<Record<FaultKind, number>>> = { drop: 24, stall: 3, refuse: 2 };
const NEAR_KINDS: readonly NearAction["kind"][] = [
  ...["freeze", "freeze", "wall-step", "no-such-host", "black-hole", "slices", "slices"] as const,
  "suspend",
];
/** Faults that cut a client off, and those that then stand in the way of healing. */
const CUTS: readonly string[] = ["drop", "stall", "refuse", "hang", "restart", "silence"];
const OBSTACLES: Readonly<Record<Venue, readonly FaultKind[]>> = {
  deribit: ["history-short", "future-row", "corrupt", "credits"],
  binance: ["rest-error", "rest-slow", "rest-lag", "rest-short"],
  coinbase: ["rest-error", "rest-slow", "rest-lag", "rest-short", "no-last-trade"],
  kraken: ["rest-error", "rest-slow", "rest-lag", "rest-short", "maintenance"],
  ibkr: [
    ...["history-farm", "history-silent", "history-pacing", "history-no-data"] as const,
    ...["history-error", "history-short", "history-slow", "refuse-history"] as const,
  ],
};
/** What may be the matter right before the calm end. */
const LAST_KINDS: Readonly<Record<Venue, readonly FaultKind[]>> = {
  deribit: ["stall", "refuse", "channel-missing", "maintenance", "lock-index"],
  binance: ["stall", "refuse", "silence", "mute"],
  coinbase: ["stall", "refuse", "silence", "mute"],
  kraken: ["stall", "refuse", "silence", "mute", "maintenance"],
  ibkr: [
    ...["stall", "refuse", "hang", "restart", "farm", "compete", "hold-ids"] as const,
    ...["outage-kept", "outage-lost", "outage-dead", "history-farm", "history-silent"] as const,
    ...["refuse-listing", "refuse-history", "refuse-streams"] as const,
  ],
};
/** Share of cuts that are followed by an obstacle to healing. */
const OBSTACLE_SHARE = 0.5;
const CLUSTERS_PER_HOUR = 3;
/** Share of faults on this side of the venues. */
const NEAR_SHARE = 0.12;
/** One cluster in so many begins with a venue that is away for long. */
const LONG_AWAY = 400;

/**
 * The faults of a run, sorted. They come in clusters of one to five, at the times that hurt: around the edge
 * of a minute, during the fault before, while the client recovers from it, and while it backfills; half of
 * the cuts meet a history that does not work either. Every kind strikes sooner or later; the last fault is over at `lastEnd`.
 */
export function planFaults(
  random: SeededRandom,
  { durationMs, lastEnd, venues }: {
    readonly durationMs: number;
    readonly lastEnd: number;
    /** Where it goes wrong; the client and its network suffer too, but with {@link INDEX}: once for a world. */
    readonly venues: readonly Venue[];
  },
): PlannedFault[] {
  const plan: PlannedFault[] = [];
  const clusters = Math.max(2, Math.round(durationMs / HOUR * CLUSTERS_PER_HOUR));
  const slotMs = lastEnd / clusters;
  for (let i = 0; i < clusters; i++) {
    let at = (i + random.next()) * slotMs;
    // The first cluster of some runs falls into the first backfill.
    if (i === 0 && random.next() < 0.3) at = random.next() * 20 * SECOND;
    const size = 1 + Math.floor(random.next() * random.next() * 5);
    for (let j = 0; j < size; j++) {
      const time = Math.round(random.next() < 0.5 ? nearMinuteEdge(at, random) : at);
      const fault = faultAt(venues, Math.max(1, time), random);
      const obstacle = obstacleTo(fault, random);
      for (const each of [fault, ...obstacle]) if (each.until <= lastEnd) plan.push(each);
      at = nextTime(fault, random);
    }
  }
  plan.push(...lastFaults(venues, lastEnd, random));
  return plan.sort((a, b) => a.at - b.at);
}

/** One fault of each venue that ends exactly when the 90 seconds begin. */
function lastFaults(
  venues: readonly Venue[],
  lastEnd: number,
  random: SeededRandom,
): PlannedFault[] {
  return venues.map((who) => {
    const durationMs = 5 * SECOND + Math.floor(random.next() * 30 * SECOND);
    const drawn = sizedAction(pick(LAST_KINDS[who], random), random);
    const action = { ...drawn, durationMs } as FaultAction;
    return { at: lastEnd - durationMs, until: lastEnd, who, action };
  });
}

function nearMinuteEdge(at: number, random: SeededRandom): number {
  return Math.round(at / MINUTE) * MINUTE + random.gaussian() * 300;
}

/** When the next fault of a cluster strikes. */
function nextTime({ at, until }: PlannedFault, random: SeededRandom): number {
  const way = random.next();
  if (way < 0.35) return at + random.next() * 10 * SECOND;
  if (way < 0.7) return until + random.next() * 4 * SECOND;
  if (way < 0.85) return at + random.next() * (until - at);
  return until + random.next() * 90 * SECOND;
}

/** Trouble with the history of a venue that has just cut its clients off. */
function obstacleTo({ at, who, action }: PlannedFault, random: SeededRandom): PlannedFault[] {
  if (who === "client" || who === "network") return [];
  if (!CUTS.includes(action.kind) || random.next() >= OBSTACLE_SHARE) return [];
  const from = Math.round(at + random.next() * 5 * SECOND);
  const obstacle = afterFirstData(from, sizedAction(pick(OBSTACLES[who], random), random));
  return [{ at: from, until: from + lastsMs(obstacle), who, action: obstacle }];
}

function faultAt(venues: readonly Venue[], at: number, random: SeededRandom): PlannedFault {
  if (venues !== INDEX && random.next() < NEAR_SHARE) return nearFault(at, random);
  const who = pick(venues, random);
  const action = afterFirstData(at, venueAction(who, random));
  return { at, until: at + lastsMs(action), who, action };
}

/** What is refused from the start is rightly given up: refusals that pass come later. */
function afterFirstData(at: number, action: FaultAction): FaultAction {
  return at < SERVED_MS && action.kind.startsWith("refuse-") ? { kind: "drop" } : action;
}

function nearFault(at: number, random: SeededRandom): PlannedFault {
  const kind = pick(NEAR_KINDS, random);
  if (kind === "wall-step") {
    const byMs = pick([-2 * HOUR, DAY, -5 * SECOND, 5 * SECOND, 3_100], random);
    return { at, until: at, who: "client", action: { kind, byMs } };
  }
  const longestMs = kind === "suspend" ? 20 * MINUTE : 30 * SECOND;
  const durationMs = Math.ceil(random.next() * longestMs);
  const who = kind === "freeze" || kind === "suspend" ? "client" : "network";
  return { at, until: at + durationMs, who, action: { kind, durationMs } };
}

function venueAction(who: Venue, random: SeededRandom): FaultAction {
  const kinds = VENUE_FAULTS[who];
  const total = kinds.reduce((sum, kind) => sum + (WEIGHTS[kind] ?? 1), 0);
  let left = random.next() * total;
  const kind = kinds.find((kind) => (left -= WEIGHTS[kind] ?? 1) < 0) ?? "drop";
  if (kind === "refuse" && random.next() < 10 / LONG_AWAY) {
    return { kind, durationMs: 30 * MINUTE };
  }
  return sizedAction(kind, random);
}

function sizedAction(kind: FaultKind, random: SeededRandom): FaultAction {
  const numbers = Object.entries(FAULT_NUMBERS[kind])
    .map(([name, range]) => [name, drawnFrom(range, random.next())]);
  const action = { kind, ...Object.fromEntries(numbers) } as FaultAction;
  if (action.kind !== "rest-error") return action;
  return { ...action, status: pick([500, 502, 503, 504, 429, 418], random) };
}

/** How long a fault can be felt, reconnection not counted. */
function lastsMs(action: FaultAction): number {
  if ("count" in action) return OCCASION_MS;
  if ("durationMs" in action) {
    return action.durationMs + ("delayMs" in action ? action.delayMs : 0);
  }
  return "delayMs" in action ? action.delayMs : 0;
}

function pick<T>(list: readonly T[], random: SeededRandom): T {
  return list[Math.floor(random.next() * list.length)]!;
}
