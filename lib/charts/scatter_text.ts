import type { ReturnsScatter } from "../sync/studies/returns_scatter.ts";
import { signed } from "./estimate_text.ts";
import type { SideNames } from "./lead_text.ts";
import { shareText } from "./sentence_text.ts";

/** How the first side's returns go with the second's: nothing of a slope whose interval holds 0. */
export function scatterSentence(
  { line, robust }: Pick<ReturnsScatter, "line" | "robust">,
  { first, second }: SideNames,
  timeframe: string,
): string {
  const { slope, lo, hi, rsquared } = line;
  const interval = `95 % interval ${signed(lo)} to ${signed(hi)}`;
  if (!(lo > 0 || hi < 0)) {
    return `That ${first} moves with ${second} is not shown: the slope's ${interval} holds 0.`;
  }
  const base =
    `With a move of 1 % of ${second} went ${
      signed(slope)
    } % of ${first} in the same ${timeframe} ` +
    `bar (${interval}), which accounts for ${shareText(rsquared)} of the variance of ${first}.`;
  if (!Number.isFinite(robust.slope) || (robust.lo <= hi && robust.hi >= lo)) return base;
  return `${base} The robust line says ${
    signed(robust.slope)
  }: a few large moves make the difference.`;
}
