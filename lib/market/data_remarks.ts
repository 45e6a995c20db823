import type { DataRemark } from "../charts/data_remark.ts";
import { MINUTE } from "../model/time.ts";
import {
  type InstrumentFreshness,
  instrumentFreshness,
  isOverdue,
  type Standing,
} from "./instrument_freshness.ts";
import { shortLabels } from "./instrument_label.ts";
import type { Market } from "./market.ts";

/** What is said of numbers that are not of now. `live` and `catching up` ones are, but for how far they lag. */
const WORDS: Readonly<Partial<Record<Standing, string>>> = {
  waiting: "waiting",
  closed: "closed",
  unknown: "silent",
  stale: "stale",
  failed: "failed",
  stopped: "stopped",
  stored: "stored, no feed",
};

/** Why an instrument's newest number is not of now; undefined when it is. */
export function dataRemark(fresh: InstrumentFreshness | undefined): DataRemark | undefined {
  const word = fresh === undefined ? undefined : wordOf(fresh);
  return word === undefined || fresh === undefined
    ? undefined
    : { word, time: fresh.dataTime, isFault: isFault(fresh) };
}

/** A market that its venue has shut is named by how: `cancel-only`. */
function wordOf({ standing, trading }: InstrumentFreshness): string | undefined {
  return standing === "closed" ? trading ?? WORDS.closed : WORDS[standing];
}

/** False where nothing newer is to be expected. */
function isFault({ standing }: InstrumentFreshness): boolean {
  return standing !== "closed" && standing !== "stopped" && standing !== "stored";
}

/** {@link dataRemark} of each instrument, in the order asked for. */
export function dataRemarks(
  market: Pick<Market, "status">,
  instruments: readonly string[],
): (DataRemark | undefined)[] {
  const fresh = instrumentFreshness(market.status(), instruments);
  return instruments.map((id) => dataRemark(fresh.find(({ instrument }) => instrument === id)));
}

/** The minute in the making and the way from the venue: a return that lags less is of now. */
const LAG_MS = 2 * MINUTE;

/** Why a pair's newest return is not of now: one side, by its title, is shut or silent, or its newest minute lags. */
export function pairRemark(
  market: Pick<Market, "status" | "instruments">,
  [a, b]: readonly [string, string],
): DataRemark | undefined {
  const status = market.status();
  const sides = instrumentFreshness(status, [a, b]), now = status.venueTime;
  const labelOf = shortLabels(market.instruments);
  const time = Math.min(...sides.map(({ dataTime }) => dataTime));
  const unfresh = sides.filter(({ standing }) => WORDS[standing] !== undefined);
  if (unfresh.length > 0 && !(now - time < LAG_MS)) {
    const gravest = unfresh.find(({ standing }) => isOverdue(standing)) ?? unfresh[0]!;
    const word = `${labelOf(gravest.instrument)} ${wordOf(gravest)}`;
    return { word, time, isFault: isFault(gravest) };
  }
  if (!(now - time >= LAG_MS)) return undefined;
  const late = sides.find(({ dataTime }) => dataTime === time)!;
  const word = late.isDelayed ? "delayed" : "late";
  return { word: `${labelOf(late.instrument)} ${word}`, time, isFault: true };
}
