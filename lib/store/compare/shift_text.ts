import { stepText } from "../../bars/report/missing_bars.ts";
import { formatUtc } from "../../model/time.ts";
import type { BarComparison } from "./compare_bars.ts";
import { numberText, spanText } from "./comparison_numbers.ts";
import type { ComparisonSentence, SideNames } from "./comparison_sentence.ts";
import type { ShiftCause } from "./shift_cause.ts";
import type { ShiftStretch } from "./time_shift.ts";

/** Stretches named one by one. */
const MOST_NAMED = 6;

/** How the times of both sides lie to each other, and why they may. */
export function shiftSentences(
  { shift, stepMs }: BarComparison,
  names: SideNames,
): ComparisonSentence[] {
  const { stretches, cause, tried } = shift;
  const about = "time";
  const [first] = stretches;
  if (first === undefined) {
    const text = "Whether times are shifted cannot be said: too few bars move together. " +
      "They are compared as they stand.";
    return [{ about, text, isGood: false }];
  }
  const evidence = `(r = ${numberText(first.r)}, n = ${first.n.toLocaleString("en-US")}, best of ${
    tried.toLocaleString("en-US")
  } shifts)`;
  if (stretches.every(({ shiftMs }) => shiftMs === 0)) {
    return [{ about, text: `The times agree ${evidence}.`, isGood: true }];
  }
  const compared = "The bars are compared with that taken off.";
  if (stretches.length === 1) {
    const text = `The times of ${names.theirs} are ${offText(first)} ${evidence}. ${
      causeText(cause, first, stepMs)
    } ${compared}`;
    return [{ about, text, isGood: false }];
  }
  const parts = stretches.slice(0, MOST_NAMED).map((one, i) =>
    `${offText(one)} ${i === 0 ? `until ${formatUtc(one.to)}` : `from ${formatUtc(one.from)} on`}`
  );
  const more = stretches.length - parts.length;
  const rest = more > 0 ? `, and so on ${more} times` : "";
  const text = `The times of ${names.theirs} are not always off by the same: ${
    parts.join(", ")
  }${rest}. ${causeText(cause, first, stepMs)} ${compared}`;
  return [{ about, text, isGood: false }];
}

function offText({ shiftMs }: ShiftStretch): string {
  if (shiftMs === 0) return "right";
  return `${spanText(shiftMs)} ${shiftMs > 0 ? "late" : "early"}`;
}

function causeText(
  cause: ShiftCause | undefined,
  { shiftMs }: ShiftStretch,
  stepMs: number,
): string {
  switch (cause?.kind) {
    case "end-stamp":
      return "So they are where each bar is named by its end: read them with --stamp close.";
    case "zone": {
      const [zone] = cause.zones;
      const others = cause.zones.length === 1 ? "" : ` (or ${cause.zones.slice(1).join(", ")})`;
      return `So they are where times of ${zone}${others} are read as ${cause.readAs}: read them with --zone ${zone}.`;
    }
    case "clock-change":
      return `It changes when the clocks of ${cause.zone} do: one side was not moved with them.`;
    default:
      return Math.abs(shiftMs) === stepMs
        ? `That is one bar of ${stepText(stepMs)}.`
        : "No zone of a known market explains it.";
  }
}
