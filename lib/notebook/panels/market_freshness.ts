import type { Market } from "../../market/market.ts";
import type { MarketStatus } from "../../market/market_status.ts";
import { type Standing, standingOf } from "../../market/standing.ts";
import type { StreamOverview } from "../../market/stream_overview.ts";
import { namesText, troublesOf } from "../../market/venue_troubles.ts";
import { counted } from "../../model/counted.ts";
import type { Source } from "../../model/instrument.ts";
import { MINUTE } from "../../model/time.ts";
import type { DataWord, Freshness } from "../panel.ts";

/** How one instrument's data stands now. */
export interface InstrumentStanding {
  readonly instrument: string;
  readonly standing: Standing;
  /** End of its newest closed minute, epoch ms UTC; NaN while there is none. */
  readonly dataTime: number;
  /** Local ms since the newest message; undefined before the first. */
  readonly ageMs: number | undefined;
}

/** How the data of each instrument stands, in the order asked for. */
export function instrumentStandings(
  { venues, state }: Pick<MarketStatus, "venues" | "state">,
  instruments: readonly string[],
): InstrumentStanding[] {
  return instruments.flatMap((instrument) =>
    venues.flatMap((venue) =>
      venue.streams.filter((stream) => stream.instrument === instrument).map((stream) => ({
        instrument,
        standing: state === "closed" ? "stale" : standingOf(venue, stream),
        dataTime: (stream.lastBar ?? NaN) + MINUTE,
        ageMs: stream.lastEventAgeMs,
      }))
    )
  );
}

/** How fresh what is shown of these instruments is; the worst of them counts. */
export function marketFreshness(
  market: Pick<Market, "status" | "sourceOf">,
  instruments: readonly string[],
): Freshness {
  const status = market.status();
  const { state, venues, outages } = status;
  const standings = instrumentStandings(status, instruments);
  const overdue = standings.filter(({ standing }) => isOverdue(standing));
  const isPart = overdue.length > 0 && overdue.length < standings.length;
  const source = lesserOf(instruments.map((instrument) => market.sourceOf(instrument)));
  const troubles = venues.filter(({ streams }) =>
    streams.some((stream) => instruments.includes(stream.instrument))
  ).flatMap((venue) =>
    troublesOf(
      { ...venue, streams: venue.streams.filter((one) => instruments.includes(one.instrument)) },
      outages.find((outage) => outage.venue === venue.venue),
    )
  );
  const ages = standings.filter(({ standing }) => standing !== "closed").map(({ ageMs }) => ageMs);
  const dataTimes = standings.map(({ dataTime }) => dataTime);
  const closed = standings.filter(({ standing }) => standing === "closed");
  const remarks = [
    ...(closed.length === 0 ? [] : [`${namesText(closed)} closed`]),
    ...lackNotes(status.streams, standings),
  ];
  return {
    ...{ source, word: wordOf(standings, source), isStale: overdue.length > 0, newest: standings },
    dataTime: dataTimes.some(Number.isNaN) ? NaN : Math.min(...dataTimes),
    // Of one that has sent nothing there is no age, and another's would pass for it.
    ageMs: ages.some((age) => age === undefined) || ages.length === 0
      ? undefined
      : Math.max(...ages.flatMap((age) => age ?? [])),
    trouble: state === "closed" ? "The market handle is closed." : troubles.join(" ") || undefined,
    ...(isPart ? { overdue: namesText(overdue) } : {}),
    ...(remarks.length === 0 ? {} : { remark: remarks.join(", ") }),
  };
}

/** True for what should have come and has not. */
export function isOverdue(standing: Standing): boolean {
  return standing === "stale" || standing === "failed";
}

/** What speaks for all, the gravest first. */
const GRAVITY: readonly Standing[] = ["failed", "stale", "unknown", "waiting", "catching up"];

function wordOf(standings: readonly InstrumentStanding[], source: Source): DataWord {
  const is = (wanted: Standing) => standings.some(({ standing }) => standing === wanted);
  const gravest = GRAVITY.find(is);
  if (gravest !== undefined) return gravest;
  if (is("closed")) return is("live") ? "part live" : "closed";
  return source === "delayed" ? "delayed" : "live";
}

/** More missing minutes than this are told: the newest may be on its way. */
const ON_ITS_WAY = 1;

/** `BTCUSDT lacks 4 minutes`: numbers of now that have holes in them. Delayed data always lack the newest. */
function lackNotes(
  streams: readonly StreamOverview[],
  standings: readonly InstrumentStanding[],
): string[] {
  return streams.filter(({ instrument, missing, label }) =>
    missing > ON_ITS_WAY && label !== "delayed" &&
    standings.some((one) =>
      one.instrument === instrument && (one.standing === "live" || one.standing === "catching up")
    )
  ).map(({ instrument, missing }) => `${instrument} lacks ${counted(missing, "minute")}`);
}

/** A figure is as good as its lesser side. */
function lesserOf(sources: readonly Source[]): Source {
  return sources.find((source) => source === "delayed") ?? sources[0] ?? "simulated";
}
