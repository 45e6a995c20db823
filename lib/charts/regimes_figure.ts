import { durationText } from "../model/duration.ts";
import { MINUTE } from "../model/time.ts";
import type { MarketRegimes } from "../sync/studies/market_regimes.ts";
import { correlationLevel } from "./correlation_level.ts";
import { signed } from "./estimate_text.ts";
import type { Figure } from "./figure.ts";
import { shareText } from "./sentence_text.ts";
import type { StudyFigureOptions } from "./sessions_figure.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import type { TableText } from "./table.ts";
import { TenthsPath } from "./tenths_path.ts";
import { TIME_AXIS_PX, timeAxis } from "./time_axis_text.ts";
import { timeTicks } from "./time_ticks.ts";
import { usualStep } from "./usual_step.ts";

const LEFT = 16, TOP = 52, ROW_PX = 60, GAP_PX = 24;

/** A strip for each regime: how likely it was over time, given the bars up to then. */
export function regimesFigure(found: MarketRegimes, options: StudyFigureOptions): Figure {
  const { theme, sentence, updatedAt, width = 1_000 } = options;
  const { time, probabilities, regimes } = found;
  const range = { from: time[0] ?? NaN, to: time.at(-1) ?? NaN }, right = width - 16;
  const xOf = (at: number) => LEFT + (right - LEFT) * (at - range.from) / (range.to - range.from);
  const stepMs = usualStep(time, MINUTE);
  const rows = regimes.map(({ correlation, isApart }, state) => {
    const top = TOP + state * (ROW_PX + GAP_PX), floor = top + ROW_PX;
    const level = correlationLevel(correlation, theme);
    const doubt = isApart ? "" : `, not told from ${signed(regimes[state - 1]!.correlation)}`;
    const path = new TenthsPath();
    for (const [x, p] of columnsOf(time, probabilities[state]!, xOf, stepMs)) {
      if (p > 0.005) path.stroke(x + 0.5, floor, floor - ROW_PX * p);
    }
    const filled = path.isEmpty ? "" : element("path", {
      d: String(path),
      transform: "scale(.1)",
      stroke: level.colour,
      "stroke-width": 11,
      "aria-label": `probability of the regime of r ${signed(correlation)}`,
    });
    return element("rect", {
      x: LEFT,
      y: top,
      width: right - LEFT,
      height: ROW_PX,
      stroke: theme.grid,
    }) + filled +
      // At the right, which is in sight on a phone.
      textAt(right, top - 6, `${level.symbol} r ${signed(correlation)}${doubt}, 0 to 100 %`, {
        fill: level.colour,
        "font-size": 12,
        "text-anchor": "end",
      });
  });
  const floor = TOP + regimes.length * (ROW_PX + GAP_PX) - GAP_PX;
  const ticks = timeTicks([range], xOf, { within: [LEFT, right] });
  const title = "How likely each regime was, from the bars up to then";
  return sheet([
    // Short, so that it leaves the picture whole where only the newest end is in sight.
    textAt(8, 18, "Probability of each regime", {
      fill: theme.text,
      "font-size": 13,
      "font-weight": 600,
    }),
    ...rows,
    timeAxis(ticks, floor + 2, theme),
  ], {
    theme,
    width,
    height: floor + TIME_AXIS_PX + 4,
    title,
    alt: sentence,
    footer: { left: "empty: no pair of bars there · times in UTC", updatedAt },
  });
}

export function regimesTable({ regimes, probabilities, bics, still }: MarketRegimes): TableText {
  return {
    caption: "Regimes",
    columns: ["r", "now", "share of the bars", "mean stay", "apart from the one above"],
    rows: regimes.map(({ correlation, share, durationMs, isApart }, state) => [
      signed(correlation),
      shareText(probabilities[state]!.at(-1) ?? NaN),
      shareText(share),
      durationText(Math.max(1, Math.round(durationMs / MINUTE)) * MINUTE),
      state === 0 ? "" : isApart ? "yes" : "no",
    ]),
    note:
      `BIC of ${
        bics.map((bic, i) => `${i + 1}: ${bic.toFixed(0)}`).join(", ")
      }; the least counts.` +
      (still === 0 ? "" : ` ${still} bars left out in which a price stood still.`),
  };
}

/** Mean probability in each px that has a bar. */
function columnsOf(
  time: Float64Array,
  probability: Float64Array,
  xOf: (time: number) => number,
  stepMs: number,
): [number, number][] {
  const sums = new Map<number, { sum: number; n: number }>();
  time.forEach((end, row) => {
    const p = probability[row]!;
    // A row stands for the time since the one before, but over no break.
    const from = Math.max(end - stepMs, time[row - 1] ?? end);
    for (let x = Math.floor(xOf(from)); x <= Math.floor(xOf(end)); x++) {
      if (x < LEFT) continue;
      const column = sums.get(x) ?? { sum: 0, n: 0 };
      sums.set(x, { sum: column.sum + p, n: column.n + 1 });
    }
  });
  return [...sums].map(([x, { sum, n }]) => [x, sum / n]);
}
