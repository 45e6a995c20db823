import { NOTEBOOK_ADVICE } from "../model/advice.ts";
import { counted } from "../model/counted.ts";
import type { Source } from "../model/instrument.ts";
import {
  type InstrumentFreshness,
  instrumentFreshness,
  isOverdue,
  type Standing,
} from "./instrument_freshness.ts";
import { historyBrief } from "./history_progress.ts";
import { shortLabels } from "./instrument_label.ts";
import { lesserOf } from "./lesser_source.ts";
import type { Market } from "./market.ts";
import type { StreamOverview } from "./stream_overview.ts";
import { namesText, troublesOf } from "./venue_troubles.ts";

/**
 * What data is now, as a panel's status line begins. `part live`: some of it is, and the rest is
 * as it should be, its market shut, or has failed for good and is named. `unknown`: silent, and
 * nobody has said whether its market is open. `finished`: a replay whose recording is over.
 * `paused`: one that was paused. `venue stopped`: by the user. `stored`: read from a store while no feed runs.
 */
export type DataWord =
  | "live"
  | "part live"
  | "delayed"
  | "catching up"
  | "closed"
  | "waiting"
  | "unknown"
  | "stale"
  | "failed"
  | "paused"
  | "finished"
  | "venue stopped"
  | "stored";

/** How fresh the data of some instruments is, the worst of them first: what a panel says of its own. */
export interface Freshness {
  /** @default `stale` where data is overdue, `waiting` before the first, else `live` */
  readonly word?: DataWord;
  /** Whose data is overdue, where it is not all: `ES and NQ`. @default all */
  readonly overdue?: string;
  /** What is as it should be and still has to be known: `ES and NQ closed`. @default nothing */
  readonly remark?: string;
  /** How much of its history is in, for ever, and with the time that the rest takes. @default all of it is */
  readonly history?: { readonly was: string; readonly now: string };
  readonly source: Source;
  /** Venue time at which this holds, epoch ms UTC. @default that of the newest data */
  readonly at?: number;
  /** Venue time of the newest data, of the instrument that lags most; epoch ms UTC, NaN before the first. */
  readonly dataTime: number;
  /** The same for each instrument, where they differ. @default all are as new */
  readonly newest?: readonly { readonly instrument: string; readonly dataTime: number }[];
  /** Local ms since the newest message; undefined before the first. */
  readonly ageMs: number | undefined;
  /** Venue time of that message, epoch ms UTC; NaN before the first. @default unknown */
  readonly lastAt?: number;
  /** True when data is overdue: the panel then says so, visibly. */
  readonly isStale: boolean;
  /** One sentence about what is wrong; undefined when all is well. */
  readonly trouble: string | undefined;
  /** The sentences of `trouble`, each by itself: what several panels share is shown once. @default `trouble` */
  readonly troubles?: readonly string[];
}

/**
 * How fresh what is shown of these instruments is; the worst of them counts.
 *
 * @param options.areApart each is shown by itself: one that has failed is named, and the others speak for the
 * rest. @default false: what is shown needs all of them
 */
export function marketFreshness(
  market:
    & Pick<Market, "status" | "sourceOf" | "instruments">
    & Partial<Pick<Market, "replay" | "advice">>,
  instruments: readonly string[],
  { areApart = false }: { readonly areApart?: boolean } = {},
): Freshness {
  const status = market.status();
  const { state, venues, outages, venueTime } = status;
  const all = instrumentFreshness(status, instruments);
  const labelOf = shortLabels(market.instruments);
  const titled = <T extends { readonly instrument: string }>(those: readonly T[]) =>
    those.map((one) => ({ ...one, instrument: labelOf(one.instrument) }));
  const working = all.filter(({ standing }) => standing !== "failed" && standing !== "stopped");
  const standings = areApart && working.length > 0 ? working : all;
  const others = all.filter((one) => !standings.includes(one));
  const failed = others.filter(({ standing }) => standing === "failed");
  const stopped = all.filter(({ standing }) => standing === "stopped");
  const overdue = standings.filter(({ standing }) => isOverdue(standing));
  const isPart = overdue.length > 0 && overdue.length < standings.length;
  const source = lesserOf(instruments.map((instrument) => market.sourceOf(instrument)));
  const isFinished = market.replay?.isOver === true;
  const isPaused = market.replay?.isPaused === true;
  const faults = venues.flatMap((venue) => {
    const streams = venue.streams.filter(({ instrument }) => instruments.includes(instrument));
    const outage = outages.find((outage) => outage.venue === venue.venue);
    return streams.length === 0 ? [] : troublesOf({ ...venue, streams: titled(streams) }, outage);
  });
  const troubles = isFinished
    ? []
    : state === "closed"
    ? [`The market is closed; ${(market.advice ?? NOTEBOOK_ADVICE).openAgain}.`]
    : faults;
  const open = standings.filter(({ standing }) => standing !== "closed" && standing !== "stopped");
  const ages = open.map(({ ageMs }) => ageMs);
  const dataTimes = standings.map(({ dataTime }) => dataTime);
  const closed = standings.filter(({ standing }) => standing === "closed");
  const limited = standings.filter(({ standing, trading }) =>
    standing === "live" && trading !== undefined
  );
  const awaited = status.history?.instruments ?? [];
  const isAwaited = standings.some(({ instrument }) => awaited.includes(instrument));
  const remarks = [
    ...(failed.length === 0 ? [] : [`${namesText(titled(failed))} failed`]),
    ...(stopped.length === 0 ? [] : [`${namesText(titled(stopped))} stopped`]),
    ...byWord(titled([...closed, ...limited])),
    ...lackNotes(
      status.streams.filter(({ instrument }) => !awaited.includes(instrument)),
      standings,
      labelOf,
    ),
  ];
  return {
    source,
    word: isFinished ? "finished" : isPaused ? "paused" : wordOf(standings, others.length > 0),
    isStale: !isFinished && overdue.length > 0,
    at: venueTime,
    newest: titled(standings),
    dataTime: dataTimes.length === 0 || dataTimes.some(Number.isNaN) ? NaN : Math.min(...dataTimes),
    // Of one that has sent nothing there is no age, and another's would pass for it.
    ageMs: ages.some((age) => age === undefined) || ages.length === 0
      ? undefined
      : Math.max(...ages.flatMap((age) => age ?? [])),
    lastAt: open.length === 0 ? NaN : Math.min(...open.map(({ lastAt }) => lastAt)),
    trouble: troubles.join(" ") || undefined,
    troubles,
    ...(isPart && !isFinished ? { overdue: namesText(titled(overdue)) } : {}),
    ...(isAwaited && !isFinished ? { history: historyBrief(status.history!) } : {}),
    ...(remarks.length === 0 ? {} : { remark: remarks.join(", ") }),
  };
}

/** What speaks for all, the gravest first. */
const GRAVITY: readonly (readonly [Standing, DataWord])[] = [
  ["failed", "failed"],
  ["stopped", "venue stopped"],
  ["stale", "stale"],
  ["unknown", "unknown"],
  ["waiting", "waiting"],
  ["catching up", "catching up"],
  ["stored", "stored"],
];

/** @param isPart some instruments have failed or are stopped, and are named beside it. */
function wordOf(standings: readonly InstrumentFreshness[], isPart: boolean): DataWord {
  if (standings.length === 0) return "waiting";
  const is = (wanted: Standing) => standings.some(({ standing }) => standing === wanted);
  const gravest = GRAVITY.find(([standing]) => is(standing));
  if (gravest !== undefined) return gravest[1];
  if (is("closed")) return is("live") ? "part live" : "closed";
  if (standings.some(({ isDelayed }) => isDelayed)) return "delayed";
  return isPart ? "part live" : "live";
}

/** `ES and NQ closed`, `BTC/USD (Coinbase) cancel-only`: those that are shut or restricted, by how they are. */
function byWord(those: readonly InstrumentFreshness[]): string[] {
  const words = Map.groupBy(those, ({ trading }) => trading ?? "closed");
  return [...words].map(([word, alike]) => `${namesText(alike)} ${word}`);
}

/** More missing minutes than this are reported: the newest may be on its way. */
const ON_ITS_WAY = 1;

/** `BTC/USDT lacks 4 minutes`: numbers of now that have holes in them. Delayed data always lack the newest. */
function lackNotes(
  streams: readonly StreamOverview[],
  standings: readonly InstrumentFreshness[],
  labelOf: (id: string) => string,
): string[] {
  return streams.filter(({ instrument, missing, isDelayed }) =>
    missing > ON_ITS_WAY && !isDelayed &&
    standings.some((one) =>
      one.instrument === instrument && (one.standing === "live" || one.standing === "catching up")
    )
  ).map(({ instrument, missing }) => `${labelOf(instrument)} lacks ${counted(missing, "minute")}`);
}
