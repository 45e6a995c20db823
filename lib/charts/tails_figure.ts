import type { TailEnds, Tails } from "../sync/studies/tails.ts";
import type { Figure } from "./figure.ts";
import { placesIn, type PlotBox, xGrid, yGrid } from "./plot_box.ts";
import { shareText } from "./sentence_text.ts";
import type { StudyFigureOptions } from "./sessions_figure.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import type { TableText } from "./table.ts";
import { fitText } from "./text_width.ts";
import type { Theme } from "./theme.ts";

const TOP = 34, FLOOR = 254;
const TITLE = "Correlation of the bars in which both lie beyond a threshold";

/** Correlation of what lies beyond each threshold, falls to the left and rises to the right, beside a normal pair's. */
export function tailsFigure({ exceedance }: Tails, options: StudyFigureOptions): Figure {
  const { theme, sentence, updatedAt, width = 640 } = options;
  const { thresholds, lower, upper, normal, correlation } = exceedance;
  const falls = thresholds.map((at, i) => ({ x: -at, y: lower[i]! })).reverse();
  const rises = thresholds.map((at, i) => ({ x: at, y: upper[i]! }));
  const ofNormal = [
    ...thresholds.map((at, i) => ({ x: -at, y: normal[i]! })).reverse(),
    ...thresholds.map((at, i) => ({ x: at, y: normal[i]! })),
  ];
  const values = [...falls, ...rises, ...ofNormal].map(({ y }) => y).filter(Number.isFinite);
  const most = Math.max(...thresholds);
  const box: PlotBox = {
    left: 48,
    right: width - 16,
    top: TOP,
    floor: FLOOR,
    x: [-most - 0.05, most + 0.05],
    y: [Math.min(-0.1, ...values) - 0.05, Math.max(0.3, ...values) + 0.05],
  };
  const look = { fill: theme.text, "font-size": 13, "font-weight": 600 };
  const small = { fill: theme.faintText, "font-size": 11 };
  const parts = [
    textAt(8, 18, fitText(TITLE, 13, width - 16), look),
    yGrid(box, theme),
    xGrid(box, theme, "threshold, standard deviations of each side", "", width / 80),
    textAt(box.left + 4, TOP + 10, "← both fall", small),
    textAt(box.right - 4, TOP + 10, "both rise →", { ...small, "text-anchor": "end" }),
    line(ofNormal, box, { stroke: theme.faintText, dash: "5 4", name: "a normal pair" }),
    line(falls, box, { stroke: theme.down, dash: undefined, name: "falls" }) +
    dots(falls, box, theme, "falls"),
    line(rises, box, { stroke: theme.up, dash: undefined, name: "rises" }) +
    dots(rises, box, theme, "rises"),
  ];
  return sheet(parts, {
    theme,
    start: "left",
    width,
    height: FLOOR + 34,
    title: "Extremes",
    alt: sentence,
    footer: {
      left: `◆ falls · ● rises · dashed: a normal pair of r ${
        correlation.toFixed(2)
      } · no mark: under 20 pairs`,
      updatedAt,
    },
  });
}

/** The shares behind the sentence. */
export function tailsTable({ returns, adjusted, share, exceedance }: Tails): TableText {
  const of = (name: string, { falls, rises, n }: TailEnds) =>
    [["falls", falls] as const, ["rises", rises] as const].map(([end, one]) => [
      `${end}, ${name}`,
      shareText(one.value),
      `${shareText(one.lo)} to ${shareText(one.hi)}`,
      shareText(one.expected),
      `${one.n} of ${n}`,
    ]);
  const { thresholds, lowerN, upperN } = exceedance;
  const counts = thresholds.map((at, i) => `${at} sd: ${lowerN[i]} and ${upperN[i]}`);
  return {
    caption: `Share of one side's ${shareText(share)} most extreme bars that are the other's too`,
    columns: ["", "share", "95 % interval", "expected", "extreme bars"],
    rows: [...of("returns", returns), ...of("volatility taken out", adjusted)],
    note:
      "Expected: of the returns, what a normal pair with their correlation shows; with the volatility taken out, what " +
      "a pair with their correlation and the same sizes of moves shows, in which no direction is favoured. " +
      `Whether there is more is judged by the mean over ten depths, from ${shareText(share)} to ${
        (10 * share).toFixed(1)
      } %. ` +
      `Pairs in which both fall and both rise beyond ${counts.join("; ")}.`,
  };
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

function line(
  spots: readonly Spot[],
  box: PlotBox,
  { stroke, dash, name }: { stroke: string; dash: string | undefined; name: string },
): string {
  const { xOf, yOf } = placesIn(box);
  const known = spots.filter(({ y }) => Number.isFinite(y));
  if (known.length < 2) return "";
  const d = known.map(({ x, y }, i) =>
    `${i === 0 ? "M" : "L"}${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`
  ).join("");
  return element("path", {
    d,
    stroke,
    "stroke-width": 1.8,
    "stroke-dasharray": dash,
    "aria-label": name,
  });
}

function dots(spots: readonly Spot[], box: PlotBox, theme: Theme, end: "falls" | "rises"): string {
  const { xOf, yOf } = placesIn(box);
  return spots.filter(({ y }) => Number.isFinite(y)).map(({ x, y }) =>
    end === "rises"
      ? element("circle", { cx: xOf(x), cy: yOf(y), r: 4, fill: theme.up })
      : element("path", {
        d: `M${xOf(x).toFixed(1)} ${(yOf(y) - 5).toFixed(1)}l5 5l-5 5l-5 -5z`,
        fill: theme.down,
      })
  ).join("");
}
