import { briefUtc } from "../model/time.ts";

/** Said beside numbers that are not of now, so that nobody takes them for it. */
export interface DataRemark {
  /** Why: `stale`, `closed`, `silent`. */
  readonly word: string;
  /** The data's own time: up to then it is known, epoch ms UTC; NaN where there is none. */
  readonly time: number;
  /** True where it should have come; false where its market is shut, say. */
  readonly isFault: boolean;
}

/** `stale, to 14:02:00 UTC`; with the day where that is another than the reader's. */
export function remarkText({ word, time }: DataRemark, now: number): string {
  return Number.isNaN(time) ? word : `${word}, to ${briefUtc(time, now)}`;
}
