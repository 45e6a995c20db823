import { briefUtc } from "../model/time.ts";
import type { LeadReading } from "../stats/ticks/lead_reading.ts";
import type { DivergenceReading } from "../sync/divergence_reading.ts";
import type { VolumeBadge } from "../sync/volume_badge.ts";
import { type VwapCross, vwapCrossTag } from "../sync/vwap_crosses.ts";
import type { Pill } from "./pill.ts";

const TONES = { green: "strong", yellow: "weak", grey: "faintText" } as const;
const LEVELS = { green: "above 1.5x", yellow: "from 1.0x to 1.5x", grey: "below 1.0x" } as const;
/** A divergence of this size is major. */
const MAJOR = 3;

/** `ES VOL 1.8x`. */
export function volumePill(label: string, { ratio, colour, isSpike }: VolumeBadge): Pill {
  const size = Number.isNaN(ratio) ? "n/a" : `${ratio.toFixed(1)}x`;
  const level = Number.isNaN(ratio)
    ? "not known"
    : `${LEVELS[colour]}${isSpike ? ", a spike" : ""}`;
  return {
    text: `${label} VOL ${size}${isSpike ? " spike" : ""}`,
    tone: TONES[colour],
    title: `The newest minute's volume over its mean of 20 minutes: ${level}`,
  };
}

/** `ES VWAP↑ 1.6x at 14:05:00 UTC`. */
export function vwapPill(label: string, cross: VwapCross, now: number): Pill {
  return {
    text: `${label} ${vwapCrossTag(cross)} at ${briefUtc(cross.openTime, now)}`,
    tone: cross.direction === "up" ? "strong" : "negative",
    title: `The close crossed the session's VWAP on ${
      cross.ratio.toFixed(1)
    } times the usual volume`,
  };
}

/** `DIV: +1.8σ (BTC>ES)`: coloured while armed, with why it is grey while not. */
export function divergencePill({ label, reason, state, score }: DivergenceReading): Pill {
  return {
    text: reason === undefined ? label : `${label}, grey: ${reason}`,
    tone: state === "grey" ? "faintText" : Math.abs(score) >= MAJOR ? "negative" : "weak",
    title: "Difference of the five-minute changes, in standard deviations of its own past" +
      (reason === undefined ? "" : `; not armed: ${reason}`),
  };
}

/** `→ ES leads 5 s (95 %: 4 s to 6 s)`, `together`, or why it is not known. */
export function leadPill({ label, direction, reason, pvalue }: LeadReading): Pill {
  const isLead = direction === "first" || direction === "second";
  const chance = Number.isNaN(pvalue) ? "" : `; a peak as high by luck: p ${pvalue.toFixed(3)}`;
  return {
    text: isLead || reason === undefined || direction === "together"
      ? label
      : `${label}: ${reason}`,
    tone: isLead ? "strong" : direction === "together" ? "text" : "faintText",
    title: `Which side's trades come first, over the last hour${
      reason === undefined ? "" : `: ${reason}`
    }${chance}`,
  };
}
