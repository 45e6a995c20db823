import type { FundingEstimate } from "../model/funding.ts";
import { briefUtc } from "../model/time.ts";

/** A perpetual, and what its venue says of its next funding. */
export interface NextFunding {
  /** What readers call it. */
  readonly label: string;
  /** Undefined where nothing is known. */
  readonly estimate: FundingEstimate | undefined;
}

/**
 * `next funding of BTC/USDT +0.0100 % at 16:00 UTC, as of 14:02 UTC`; not known where the venue does not say it or has
 * said nothing newer. Empty for no perpetual.
 *
 * @param now the time that the picture is of, epoch ms UTC.
 */
export function fundingNote(perpetuals: readonly NextFunding[], now: number): string {
  if (perpetuals.length === 0) return "";
  return `next funding of ${
    perpetuals.map(({ label, estimate }) => `${label} ${nextText(estimate, now)}`).join(", of ")
  }`;
}

function nextText(estimate: FundingEstimate | undefined, now: number): string {
  const { rate = null, nextTime = null, time = NaN } = estimate ?? {};
  if (rate === null || nextTime === null || nextTime <= now) return "not known";
  return `${rateText(rate)} at ${minuteOf(nextTime, now)}, as of ${minuteOf(time, now)}`;
}

/** A share in per cent, signed, as venues write it: `+0.0100 %`. */
function rateText(rate: number): string {
  const percent = Math.abs(100 * rate).toFixed(4);
  return `${rate < 0 ? "−" : "+"}${percent} %`;
}

function minuteOf(time: number, now: number): string {
  return briefUtc(time, now).replace(/:\d\d UTC$/, " UTC");
}
