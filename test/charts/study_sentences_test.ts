import assert from "node:assert/strict";
import { causalitySentence } from "../../lib/charts/causality_text.ts";
import { claim, lagText, leadSentence } from "../../lib/charts/lead_text.ts";
import { PAGE } from "../../lib/charts/page_theme.ts";
import { regimesFigure } from "../../lib/charts/regimes_figure.ts";
import { regimesSentence } from "../../lib/charts/regimes_text.ts";
import { scatterSentence } from "../../lib/charts/scatter_text.ts";
import { pText, shareText } from "../../lib/charts/sentence_text.ts";
import { sessionsSentence, stormsText } from "../../lib/charts/sessions_text.ts";
import { tailsSentence } from "../../lib/charts/tails_text.ts";
import { MINUTE } from "../../lib/model/time.ts";
import type { PearsonEstimate } from "../../lib/stats/correlation/pearson.ts";
import type { LeadReading } from "../../lib/stats/ticks/lead_reading.ts";
import type { DayPart } from "../../lib/sync/studies/day_parts.ts";
import type {
  DaySessions,
  PartCorrelation,
  PartDifference,
} from "../../lib/sync/studies/day_sessions.ts";
import type { LeadEstimate, LeadFound } from "../../lib/sync/studies/lead.ts";
import type { MarketRegimes } from "../../lib/sync/studies/market_regimes.ts";
import type { TailEnds } from "../../lib/sync/studies/tails.ts";

const NAMES = { first: "BTC", second: "ES" };

function leading(
  direction: "first" | "second",
  lagMs: number,
  lo: number,
  hi: number,
): LeadReading {
  const interval = direction === "first"
    ? { loMs: lo, hiMs: hi, level: 0.95 }
    : { loMs: -hi, hiMs: -lo, level: 0.95 };
  return { direction, lagMs, interval, pvalue: 0.002, reason: undefined, label: "" };
}

const TOGETHER: LeadReading = {
  direction: "together",
  lagMs: 0,
  interval: undefined,
  pvalue: 0.002,
  reason: "a lead below 1 s cannot be seen",
  label: "together",
};
const UNKNOWN: LeadReading = {
  direction: "unknown",
  lagMs: NaN,
  interval: undefined,
  pvalue: 0.4,
  reason: "the interval of the lag holds 0",
  label: "lead n/a",
};

function found(
  reading: LeadReading,
  parts: Partial<Record<DayPart, LeadReading | undefined>> = {},
  basis: LeadFound["basis"] = "seconds",
): LeadFound {
  const estimate = (one: LeadReading): LeadEstimate => ({
    lagsMs: new Float64Array(),
    values: new Float64Array(),
    threshold: NaN,
    reading: one,
  });
  return {
    basis,
    stepMs: basis === "seconds" ? 1_000 : MINUTE,
    all: estimate(reading),
    parts: Object.entries(parts).map(([part, one]) => ({
      part: part as DayPart,
      n: one === undefined ? 12 : 900,
      adjusted: one?.pvalue ?? NaN,
      estimate: one === undefined ? undefined : estimate(one),
      reading: one ?? UNKNOWN,
    })),
    strip: [],
  };
}

Deno.test("the sentence of a lead says where it was seen, and claims it nowhere else", () => {
  const es = leading("second", 2_000, 1_000, 4_000);
  const said = (parts: Parameters<typeof found>[1]) => leadSentence(found(es, parts), NAMES);
  const base = "BTC follows ES by 2 s, 95 % interval 1 s to 4 s, ";
  assert.equal(
    said({ us: es, asia: UNKNOWN, europe: TOGETHER }),
    `${base}in US hours only; in Europe hours they move together; in Asia hours it is not known.`,
  );
  assert.equal(said({ us: es }), `${base}in US hours, the only ones with enough data.`);
  assert.equal(
    said({ asia: es, us: es }),
    `${base}in Asia and US hours, all that have enough data.`,
  );
  assert.equal(
    said({ asia: UNKNOWN, us: TOGETHER }),
    `${base}over all hours, though no part of the day shows it by itself: ` +
      "in US hours they move together; in Asia hours it is not known.",
  );
  assert.equal(
    said({ asia: undefined }),
    `${base}over all hours: no part of the day has enough by itself.`,
  );
  assert.equal(
    claim(leading("first", 3_000, 2_000, 3_000), NAMES),
    "ES follows BTC by 3 s, 95 % interval 2 s to 3 s",
  );
  assert.equal(claim({ ...es, interval: undefined }, NAMES), "BTC follows ES by 2 s");
});

Deno.test("the sentence of a lead says first that parts of the day disagree", () => {
  const es = leading("second", 2_000, 1_000, 4_000), btc = leading("first", 1_500, 1_000, 2_000);
  assert.equal(
    leadSentence(found(es, { asia: btc, us: es, europe: UNKNOWN }), NAMES),
    "The parts of the day disagree: in Asia hours ES follows BTC by 1.5 s, 95 % interval 1 s to 2 s; " +
      "in US hours BTC follows ES by 2 s, 95 % interval 1 s to 4 s.",
  );
});

Deno.test("the sentence of a lead tells together from unknown, and seconds from bars", () => {
  const es = leading("second", 2_000, 1_000, 4_000);
  assert.equal(
    leadSentence(found(TOGETHER, { us: TOGETHER }), NAMES),
    "BTC and ES move together: a lead below 1 s cannot be seen.",
  );
  assert.equal(
    leadSentence(found(TOGETHER, { us: TOGETHER, asia: UNKNOWN }, "bars"), NAMES),
    "BTC and ES move within the same bar: a lead shorter than 1 min cannot be seen on bars. " +
      "In Asia hours it is not known.",
  );
  assert.equal(
    leadSentence(found(TOGETHER, { us: es }), NAMES),
    "BTC and ES move together: a lead below 1 s cannot be seen. In US hours, though, " +
      "BTC follows ES by 2 s, 95 % interval 1 s to 4 s.",
  );
  assert.equal(
    leadSentence(found(UNKNOWN, { us: UNKNOWN }), NAMES),
    "Who leads is not known: the interval of the lag holds 0.",
  );
  assert.match(
    leadSentence(found(UNKNOWN, { us: es }), NAMES),
    /^Who leads is not known: .* In US /,
  );
  assert.deepEqual([60_000, -7_200_000, 1_250].map(lagText), ["1 min", "−2 h", "1.25 s"]);
});

Deno.test("the sentence of a scatter says nothing of a slope whose interval holds 0", () => {
  const line = {
    slope: 0.8,
    lo: 0.6,
    hi: 1.0,
    intercept: 0,
    se: 0.1,
    rsquared: 0.36,
    hacLags: 4,
  };
  const robust = { slope: 0.85, lo: 0.7, hi: 0.9, intercept: 0 };
  assert.equal(
    scatterSentence({ line, robust }, NAMES, "5m"),
    "With a move of 1 % of ES went +0.80 % of BTC in the same 5m bar (95 % interval +0.60 to +1.00), " +
      "which accounts for 36 % of the variance of BTC.",
  );
  for (const [lo, hi] of [[-0.1, 0.4], [0, 0.4], [NaN, NaN]] as const) {
    assert.match(
      scatterSentence({ line: { ...line, lo, hi }, robust }, NAMES, "5m"),
      /^That BTC moves with ES is not shown/,
    );
  }
  assert.match(
    scatterSentence({ line, robust: { ...robust, slope: 0.3, lo: 0.2, hi: 0.4 } }, NAMES, "5m"),
    /The robust line says \+0\.30: a few large moves make the difference\.$/,
  );
  assert.doesNotMatch(
    scatterSentence({ line, robust: { ...robust, slope: NaN, lo: NaN, hi: NaN } }, NAMES, "5m"),
    /robust/,
  );
});

Deno.test("the sentence of Granger's test names the direction that holds, and takes none for no proof", () => {
  const test = (adjusted: number, lag = 1) => ({
    pvalue: adjusted,
    adjusted,
    holds: adjusted < 0.05,
    hc3Pvalue: adjusted,
    lag,
    nobs: 900,
  });
  const said = (firstToSecond: number, secondToFirst: number, looksLikeLevels = false) =>
    causalitySentence(
      {
        basis: "bars",
        stepMs: MINUTE,
        firstToSecond: test(firstToSecond),
        secondToFirst: test(secondToFirst, 2),
        looksLikeLevels,
      },
      NAMES,
      "1m",
    );
  assert.equal(
    said(0.4, 0.012),
    "The past of ES says something about the next 1m bar of BTC (p 0.012, 2 bars back); " +
      "the other way round nothing is shown (p 0.400).",
  );
  assert.match(said(0.0001, 0.5), /^The past of BTC says .* of ES \(p < 0\.001, 1 bar back\)/);
  assert.match(
    said(0.01, 0.02),
    /^The past of each says .* \(ES for BTC: p 0\.020; BTC for ES: p 0\.010\)/,
  );
  assert.match(said(0.5, 0.4), /^Neither's past is shown .*That is no proof that neither leads\.$/);
  assert.match(said(0.5, 0.4, true), /look like levels/);
});

const ESTIMATE: PearsonEstimate = {
  value: 0.5,
  lo: 0.4,
  hi: 0.6,
  pvalue: 0,
  n: 400,
  nEff: 300,
  level: 0.95,
  method: "",
};

function sessions(
  values: readonly number[],
  differences: readonly (readonly [DayPart, DayPart, number])[],
  adjusted: PearsonEstimate = ESTIMATE,
): DaySessions {
  const names = ["asia", "europe", "us", "rest"] as const;
  return {
    parts: values.map((value, i): PartCorrelation => ({
      part: names[i]!,
      value,
      n: 300,
      nEff: 200,
      lo: value - 0.1,
      hi: value + 0.1,
      pvalue: 0,
      days: 5,
    })),
    differences: differences.map(([first, second, p]): PartDifference => ({
      first,
      second,
      days: [5, 5],
      pvalue: p,
      adjusted: p,
      holds: p < 0.05,
    })),
    all: ESTIMATE,
    adjusted,
    storms: undefined,
  };
}

Deno.test("the sentence of sessions claims only differences that hold over the days", () => {
  const three = (p: readonly number[]) =>
    [["us", "europe", p[0]!], ["us", "asia", p[1]!], ["europe", "asia", p[2]!]] as const;
  assert.equal(
    sessionsSentence(sessions([0.1, 0.2, 0.6, 0.3], three([0.01, 0.02, 0.5])), "ES"),
    "r +0.10 in Asia, +0.20 in Europe, +0.60 in US and +0.30 in other hours; over the days " +
      "US differs from Europe (p 0.010) and US differs from Asia (p 0.020), corrected for 3 tests. " +
      "With the volatility foreseen taken out, r is +0.50 (95 % interval +0.40 to +0.60) against +0.50.",
  );
  assert.match(
    sessionsSentence(sessions([0.1, NaN, 0.6], three([0.2, 0.1, 0.3])), "ES"),
    /^r \+0\.10 in Asia and \+0\.60 in US hours; no difference between them holds .*smallest p 0\.100/,
  );
  const thin = sessionsSentence(
    sessions([NaN, NaN, NaN], three([NaN, NaN, NaN]), { ...ESTIMATE, value: NaN }),
    "ES",
  );
  assert.equal(
    thin,
    "No part of the day has enough pairs for a correlation; " +
      "whether they differ takes four days on each side.",
  );
});

Deno.test("the sentence of storms takes a rise for more than volatility only where the study does", () => {
  const said = (stormy: number, pvalue: number, isMore: boolean) =>
    stormsText({
      calm: { ...ESTIMATE, value: 0.4 },
      stormy: { ...ESTIMATE, value: stormy },
      varianceRatio: 4,
      corrected: 0.45,
      pvalue,
      slopePvalue: 0.02,
      isMore,
    }, "ES");
  assert.match(said(0.5, 0.2, false), /no difference is shown \(p 0\.200\)\.$/);
  assert.match(said(0.2, 0.01, false), /weaker in storms/);
  assert.match(
    said(0.8, 0.01, false),
    /no more than the volatility of one side may make of it\. Corr/,
  );
  assert.match(
    said(0.8, 0.01, true),
    /more than volatility makes of it: .* \(p 0\.020\)\. Corrected/,
  );
  assert.match(said(0.8, 0.01, true), /that ES alone grew more volatile, it is \+0\.45\.$/);
  assert.equal(stormsText(undefined, "ES"), "");
});

Deno.test("the sentence of regimes names one only where they differ and one is likely", () => {
  const said = (
    now: readonly number[],
    options: { isApart?: boolean; converged?: boolean } = {},
  ) => {
    const { isApart = true, converged = true } = options;
    const found: MarketRegimes = {
      regimes: now.map((_, i) => ({
        correlation: [0.1, 0.7][i]!,
        durationMs: 240 * MINUTE,
        share: 0.5,
        isApart: i === 0 || isApart,
      })),
      time: new Float64Array(1),
      probabilities: now.map((p) => Float64Array.of(p)),
      bics: [],
      still: 0,
      nobs: 900,
      converged,
    };
    return regimesSentence(found);
  };
  assert.equal(
    said([0.05, 0.95]),
    "Now in the regime of r +0.70, with a probability of 95 %; a stay lasts about 4h on average. " +
      "The other has r +0.10.",
  );
  assert.equal(
    said([0.4, 0.6]),
    "Which regime it is now is not clear: r +0.10 with 40 % and +0.70 with 60 %.",
  );
  assert.match(said([NaN, NaN]), /not clear/);
  assert.match(said([0.05, 0.95], { isApart: false }), /do not differ by more than luck/);
  assert.match(said([1]), /^One regime, r \+0\.10: nothing speaks for/);
  assert.match(said([1], { converged: false }), /has not settled/);
});

Deno.test("regimes that are not apart are named beside those that are, in the sentence and the picture", () => {
  const levels = [0.1, 0.6, 0.7], isApart = [true, true, false];
  const found: MarketRegimes = {
    regimes: levels.map((correlation, i) => ({
      correlation,
      durationMs: 240 * MINUTE,
      share: 0.3,
      isApart: isApart[i]!,
    })),
    time: Float64Array.of(5 * MINUTE, 10 * MINUTE),
    probabilities: [0.02, 0.9, 0.08].map((p) => Float64Array.of(p, p)),
    bics: [3, 2, 1],
    still: 0,
    nobs: 900,
    converged: true,
  };
  const sentence = regimesSentence(found);
  assert.match(
    sentence,
    /r \+0\.10 and \+0\.70\. Those of \+0\.60 and \+0\.70 do not differ by more/,
  );
  const names = { first: "BTC/USDT", second: "ES" };
  const { svg } = regimesFigure(found, { names, sentence, updatedAt: 0, theme: PAGE });
  assert.match(svg, /r \+0\.70, not told from \+0\.60, 0 to 100 %/);
  assert.equal(svg.match(/not told from/g)?.length, 1);
});

Deno.test("the sentence of tails claims an excess only where its interval is above 0", () => {
  const ends = (falls: number, rises: number, asymmetry: [number, number] = [-1, 1]): TailEnds => {
    const one = (excess: number) => ({
      value: 0.3,
      lo: 0.2,
      hi: 0.4,
      n: 60,
      expected: 0.15,
      excess: [excess, excess + 0.2] as const,
    });
    return { falls: one(falls), rises: one(rises), asymmetry, n: 1_200 };
  };
  const exceedance = {
    thresholds: [],
    lower: new Float64Array(),
    lowerN: new Float64Array(),
    upper: new Float64Array(),
    upperN: new Float64Array(),
    normal: new Float64Array(),
    correlation: 0.4,
  };
  const said = (returns: TailEnds, adjusted: TailEnds) =>
    tailsSentence({ exceedance, returns, adjusted, share: 0.05 }, NAMES, "5m");
  const [none, both] = [ends(-0.1, -0.1), ends(0.1, 0.1)];
  assert.match(
    said(none, none),
    /^Of the worst 5 % of the 5m bars of BTC, 30 % were also .*20 % to 40 %; .*: 15 %\)\. Neither falls nor rises/,
  );
  assert.match(said(both, none), /Falls and rises come .* nothing of that is shown any more\.$/);
  assert.match(said(both, ends(0.1, -0.1)), /; of falls that is so even once/);
  assert.match(said(none, ends(-0.1, 0.1)), /Only once returns .*, rises come together/);
  assert.match(
    said(ends(-0.1, -0.1, [0.1, 0.2]), none),
    /Falls come together more often than rises\.$/,
  );
  assert.match(
    said(ends(-0.1, -0.1, [-0.2, -0.1]), none),
    /Rises come together more often than falls\.$/,
  );
});

Deno.test("chances and shares are unknown where they are", () => {
  assert.deepEqual([0.0004, 0.05, NaN].map(pText), ["p < 0.001", "p 0.050", "p unknown"]);
  assert.deepEqual([0.256, NaN].map(shareText), ["26 %", "unknown"]);
});
