import type { PairTests } from "../pairs/pair_tests.ts";
import { breakText } from "./pair_text.ts";
import { pText, upperFirst } from "./sentence_text.ts";
import type { TableText } from "./table.ts";

const SIZE = 0.05;

/** Every test of a pair in a line with what it says, and no more. @param minutes in a row; a second is 1/60. */
export function pairTestsTable(
  { tests, break: change, n }: PairTests,
  labels: { readonly y: string; readonly x: string },
  minutes: number,
): TableText {
  const { adf, kpss, engleGranger, johansen, halfLife, hurst, varianceRatio } = tests;
  const rowOf = (
    name: string,
    one: { readonly n: number; readonly expected: number; readonly reason: string | undefined },
    numbers: string,
    sentence: string,
  ) => [
    name,
    one.reason === undefined ? sentence : `Not known: ${one.reason}.`,
    one.reason === undefined ? numbers : "–",
    `${one.n} of ${one.expected}`,
  ];
  const rejects = (p: number) => p < SIZE;
  const direction = (name: string, sides: string, one: typeof engleGranger.yOnX) =>
    rowOf(
      name,
      one,
      `t ${number(one.stat)}, 5 % at ${number(one.critical)}, ${pText(one.pvalue)}`,
      rejects(one.pvalue)
        ? `${sides}: what the line leaves returns to it; two unrelated walks would look so in less than 5 %.`
        : `${sides}: two unrelated walks would often look like this; no cointegration is shown.`,
    );
  const rows = [
    direction("Engle–Granger", `${labels.y} on ${labels.x}`, engleGranger.yOnX),
    direction("the same, reversed", `${labels.x} on ${labels.y}`, engleGranger.xOnY),
    rowOf(
      "Dickey–Fuller",
      adf,
      `t ${number(adf.stat)}, 5 % at ${number(adf.critical)}, ${pText(adf.pvalue)}`,
      rejects(adf.pvalue)
        ? "The spread is unlikely to be a walk, by the table for a line that was fitted."
        : "The spread may well be a walk.",
    ),
    rowOf(
      "KPSS",
      kpss,
      `${number(kpss.stat)}, ${kpssP(kpss)}`,
      rejects(kpss.pvalue)
        ? "The spread is unlikely to stay about one level."
        : "Nothing speaks against a spread that stays about one level; that does not show that it does.",
    ),
    rowOf(
      "Johansen",
      johansen,
      `trace ${number(johansen.trace[0])}, 5 % at ${number(johansen.critical[0])}; ` +
        `${number(johansen.trace[1])}, 5 % at ${number(johansen.critical[1])}`,
      johansen.rank === 0
        ? "No relation between the two is shown."
        : johansen.rank === 1
        ? "One relation is shown, at 5 %."
        : "Both look stationary by themselves, so that no relation is needed: mind the window.",
    ),
    rowOf(
      "Half-life",
      halfLife,
      `${minutesText(halfLife.value * minutes)} (${minutesText(halfLife.lo * minutes)} to ${
        minutesText(halfLife.hi * minutes)
      })`,
      halfLife.hi === Infinity
        ? "The interval reaches up to no reversion at all."
        : "Half of the spread's distance from the line is gone after so long, if it goes on as it was.",
    ),
    rowOf(
      "Hurst exponent",
      hurst,
      `${number(hurst.value)}, 5 % at ${number(hurst.low)}`,
      hurst.value < hurst.low
        ? "The spread is rougher than 19 in 20 spreads of unrelated walks: it reverts."
        : "The spread is as rough as those of unrelated walks are.",
    ),
    rowOf(
      `Variance ratio, ${varianceRatio.lag} bars`,
      varianceRatio,
      `${number(varianceRatio.value)}, z ${number(varianceRatio.stat)}, 5 % at ${
        number(varianceRatio.low)
      }`,
      varianceRatio.stat < varianceRatio.low
        ? "Moves are taken back more than in 19 of 20 spreads of unrelated walks."
        : "Moves are taken back no more than in spreads of unrelated walks.",
    ),
    rowOf(
      "Change of the relation",
      { n, expected: tests.adf.expected, reason: change.reason },
      `${pText(change.pvalue)}; response ${number(change.response[0])} → ${
        number(change.response[1])
      }, reversion ${number(change.reversion[0])} → ${number(change.reversion[1])}`,
      change.state === "changed"
        ? `The newest ${change.rows} bars do not move together as those before them did.`
        : "The newest bars move together as those before them did.",
    ),
  ];
  return {
    caption: "Test by test",
    columns: ["test", "what it says", "numbers", "bars"],
    rows,
    align: ["left", "left", "left", "right"],
    note: "Each p is of one test: of many pairs or many looks some pass by luck alone.",
  };
}

/** The outcome of all tests in a sentence. */
export function pairTestsSentence(
  { tests, break: change, n, expected }: PairTests,
  labels: { readonly y: string; readonly x: string },
): string {
  const { engleGranger, johansen } = tests;
  if (engleGranger.reason !== undefined) return `${upperFirst(engleGranger.reason)}.`;
  const isShown = engleGranger.pvalue < SIZE;
  const agrees = johansen.rank === 1;
  const verdict = isShown && agrees
    ? "Cointegrated at 5 % by Engle–Granger in both directions and by Johansen"
    : isShown
    ? "Cointegrated at 5 % by Engle–Granger in both directions, not by Johansen"
    : agrees
    ? "Cointegrated at 5 % by Johansen, not by Engle–Granger in both directions"
    : "No cointegration is shown";
  const broken = breakText(change, labels);
  const all = `${verdict} (${pText(engleGranger.pvalue)}, ${n} of ${expected} bars)`;
  return broken === "" ? `${all}.` : `${broken} ${all}.`;
}

function kpssP(
  { pvalue, pvalueIs }: { readonly pvalue: number; readonly pvalueIs: string },
): string {
  if (pvalueIs === "at-least") return `p ≥ ${pvalue}`;
  return pvalueIs === "at-most" ? `p ≤ ${pvalue}` : pText(pvalue);
}

function number(value: number): string {
  if (value === -Infinity) return "−∞";
  if (!Number.isFinite(value)) return "–";
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

/** `42 s`, `12 min`, `2.5 h`; `none` where it never ends. */
export function minutesText(minutes: number): string {
  if (minutes === Infinity) return "none";
  if (!Number.isFinite(minutes)) return "–";
  if (minutes < 1) return `${(60 * minutes).toFixed(0)} s`;
  return minutes < 90 ? `${minutes.toFixed(0)} min` : `${(minutes / 60).toFixed(1)} h`;
}
