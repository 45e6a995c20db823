import type { DataRemark } from "../../charts/data_remark.ts";
import type { Market } from "../../market/market.ts";
import type { Standing } from "../../market/standing.ts";
import { MINUTE } from "../../model/time.ts";
import { type InstrumentStanding, instrumentStandings, isOverdue } from "./market_freshness.ts";

/** What is said of numbers that are not of now. `live` and `catching up` ones are, but for how far they lag. */
const WORDS: Readonly<Partial<Record<Standing, string>>> = {
  waiting: "waiting",
  closed: "closed",
  unknown: "silent",
  stale: "stale",
  failed: "failed",
};

/** Why an instrument's newest number is not of now; undefined when it is. */
export function dataRemark(standing: InstrumentStanding | undefined): DataRemark | undefined {
  const word = standing === undefined ? undefined : WORDS[standing.standing];
  return word === undefined || standing === undefined
    ? undefined
    : { word, time: standing.dataTime, isFault: standing.standing !== "closed" };
}

/** {@link dataRemark} of each instrument, in the order asked for. */
export function dataRemarks(
  market: Pick<Market, "status">,
  instruments: readonly string[],
): (DataRemark | undefined)[] {
  const standings = instrumentStandings(market.status(), instruments);
  return instruments.map((id) => dataRemark(standings.find(({ instrument }) => instrument === id)));
}

/** The minute in the making and the way from the venue: a return that lags less is of now. */
const LAG_MS = 2 * MINUTE;

/** Why a pair's newest return is not of now: one side is shut or silent, or its newest minute lags. */
export function pairRemark(
  market: Pick<Market, "status" | "sourceOf">,
  [a, b]: readonly [string, string],
): DataRemark | undefined {
  const status = market.status();
  const sides = instrumentStandings(status, [a, b]), now = status.venueTime;
  const time = Math.min(...sides.map(({ dataTime }) => dataTime));
  const told = sides.filter(({ standing }) => WORDS[standing] !== undefined);
  if (told.length > 0 && !(now - time < LAG_MS)) {
    const gravest = told.find(({ standing }) => isOverdue(standing)) ?? told[0]!;
    const word = `${gravest.instrument} ${WORDS[gravest.standing]}`;
    return { word, time, isFault: gravest.standing !== "closed" };
  }
  if (!(now - time >= LAG_MS)) return undefined;
  const late = sides.find(({ dataTime }) => dataTime === time)!.instrument;
  const word = market.sourceOf(late) === "delayed" ? "delayed" : "late";
  return { word: `${late} ${word}`, time, isFault: true };
}
