import type { Source } from "../model/instrument.ts";

const LESSER_FIRST: readonly Source[] = [
  "delayed",
  "simulated",
  "replay",
  "imported",
  "stored",
  "live",
];

/** A figure of several instruments is as good as its lesser side. */
export function lesserOf(sources: readonly Source[]): Source {
  return LESSER_FIRST.find((source) => sources.includes(source)) ?? "simulated";
}
