import type { LeadLag } from "./lead_lag.ts";
import type { LagInterval } from "./lead_lag_band.ts";

/** Which of two markets leads, as it is said. */
export interface LeadReading {
  /** `unknown` where the data does not say. */
  readonly direction: "first" | "second" | "together" | "unknown";
  /** How far the leader is ahead, ms, not below 0; NaN where unknown, 0 when together. */
  readonly lagMs: number;
  /** Lags that may well be the true one, positive where the first leads; undefined where unknown. */
  readonly interval: LagInterval | undefined;
  /** Chance of a peak as high by luck alone; NaN where it was not tested. */
  readonly pvalue: number;
  /** Why it is unknown, or no lead; undefined where one leads. */
  readonly reason: string | undefined;
  /** `→ ES leads 5.0 s (95 %: 4.0 to 6.0 s)`, `← BTC leads …`, `together`, `lead n/a`. */
  readonly label: string;
}

/**
 * The verdict of `leadLag` in words. A leader is named only where the verdict names one; a lag no larger than the
 * clocks can resolve is `together`; what may be luck is unknown, not together.
 *
 * @param lead undefined where there was too little to estimate it.
 * @param names of the two sides, the first side first. The arrow points to the right where the second leads.
 * @param lacking said where there is no estimate.
 *
 * @example
 * ```ts
 * import { leadLag } from "./lead_lag.ts";
 * import { readLead } from "./lead_reading.ts";
 * import assert from "node:assert/strict";
 * const t = Float64Array.from({ length: 300 }, (_, i) => 1_000 * i);
 * const p = t.map((v) => Math.sin(v * v));
 * const lagsMs = Float64Array.from({ length: 21 }, (_, i) => 1_000 * (i - 10));
 * const found = leadLag(t.map((v) => v + 5_000), p, t, p, { lagsMs, band: {} });
 * const { direction, label } = readLead(found, { first: "BTC", second: "ES" });
 * assert.equal(direction, "second");
 * assert.match(label, /^→ ES leads 5 s \(95 %: 5 s to 5 s\)$/);
 * ```
 */
export function readLead(
  lead: LeadLag | undefined,
  names: { readonly first: string; readonly second: string },
  lacking = "too few trades",
): LeadReading {
  if (lead === undefined) return unknownLead(lacking, NaN);
  const { verdict, lagMs, interval, band, clockUncertaintyMs } = lead;
  const pvalue = band?.pvalue ?? NaN;
  switch (verdict) {
    case "first leads":
    case "second leads": {
      const direction = verdict === "first leads" ? "first" : "second";
      const who = direction === "second" ? `→ ${names.second}` : `← ${names.first}`;
      const sure = interval === undefined ? "" : ` (${sureText(interval, direction)})`;
      const size = Math.abs(lagMs);
      const label = `${who} leads ${secondsText(size)}${sure}`;
      return { direction, lagMs: size, interval, pvalue, reason: undefined, label };
    }
    case "together":
      return together("no lag fits better than 0", { interval, pvalue });
    case "not resolvable":
      return Math.abs(lagMs) <= clockUncertaintyMs
        ? together(`a lead below ${secondsText(clockUncertaintyMs)} cannot be seen`, {
          interval,
          pvalue,
        })
        : unknownLead("the interval of the lag holds 0", pvalue, interval);
    case "not significant":
      return unknownLead("unrelated markets peak as high too often", pvalue);
    case "untested":
      return unknownLead("it was not tested against luck", pvalue);
    case "no overlap":
      return unknownLead("the two do not trade at the same times", pvalue);
  }
}

function together(
  reason: string,
  { interval, pvalue }: Pick<LeadReading, "interval" | "pvalue">,
): LeadReading {
  return { direction: "together", lagMs: 0, interval, pvalue, reason, label: "together" };
}

function unknownLead(reason: string, pvalue: number, interval?: LagInterval): LeadReading {
  return { direction: "unknown", lagMs: NaN, interval, pvalue, reason, label: "lead n/a" };
}

/** The interval as the leader's advance, smaller end first. */
function sureText({ loMs, hiMs, level }: LagInterval, direction: "first" | "second"): string {
  const [from, to] = direction === "first" ? [loMs, hiMs] : [-hiMs, -loMs];
  return `${Math.round(100 * level)} %: ${secondsText(from)} to ${secondsText(to)}`;
}

/** `5 s`, `0.25 s`. */
function secondsText(ms: number): string {
  return `${Number((ms / 1_000).toFixed(2))} s`;
}
