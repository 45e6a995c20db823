import assert from "node:assert/strict";
import { coverageStrip } from "../../lib/charts/coverage_strip.ts";
import { LIGHT } from "../../lib/charts/theme.ts";
import type { Coverage } from "../../lib/model/coverage.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { END, labelled, strokesIn, textsOf, treeOf } from "./chart_samples.ts";

const BTC: Coverage = {
  instrument: "BTCUSDT",
  from: END - DAY,
  to: END,
  expected: 1_440,
  streamed: 60,
  backfilled: 1_380,
  healed: 0,
  absent: 0,
  missing: [],
  heals: [],
  repeats: 0,
  revisions: 0,
  rejected: {},
};
const ES: Coverage = {
  ...BTC,
  instrument: "ES",
  expected: 1_380,
  streamed: 100,
  backfilled: 1_210,
  healed: 8,
  absent: 2,
  missing: [
    { from: END - 6 * HOUR, to: END - 5 * HOUR, minutes: 60, reason: "lost" },
    { from: END - 2 * MINUTE, to: END, minutes: 2, reason: "the venue has no bar" },
  ],
  heals: [{ from: END - 2 * HOUR, to: END - HOUR, filled: 8, absent: 0 }, {
    from: END - MINUTE,
    to: END,
    filled: 0,
    absent: 1,
  }],
};
const OPTIONS = { source: "simulated", updatedAt: END } as const;

Deno.test("coverageStrip shows what is there, healed and missing, to scale", () => {
  const tree = treeOf(coverageStrip([BTC, ES], OPTIONS));
  const widths = (name: string) =>
    labelled(tree, name).map((one) => Number(one.getAttribute("width")));
  const [whole] = widths("there");
  assert.equal(widths("there").length, 2);
  // A box behind, which hides what is there, and the pale one: only of the heal that filled something.
  assert.equal(widths("healed").length, 2);
  assert.ok(Math.abs(widths("healed")[0]! / whole! - 1 / 24) < 1e-3);
  assert.deepEqual(widths("missing").map((width) => width > 30), [true, false]);
  assert.ok(widths("missing")[1]! >= 1.9);
});

Deno.test("coverageStrip hatches what is missing", () => {
  const clean = treeOf(coverageStrip([BTC], OPTIONS)), holed = treeOf(coverageStrip([ES], OPTIONS));
  assert.equal(strokesIn([clean]), 0);
  assert.ok(strokesIn([holed]) >= 5);
});

Deno.test("coverageStrip says the same in figures", () => {
  const figure = coverageStrip([BTC, ES], OPTIONS);
  const words = textsOf(treeOf(figure));
  const es =
    "1,380 expected · 100 streamed · 1,210 from history · 8 healed · 62 missing (2 absent at the venue)";
  assert.ok(words.includes(es));
  assert.ok(
    words.includes("1,440 expected · 60 streamed · 1,380 from history · 0 healed · 0 missing"),
  );
  assert.ok(figure.alt.includes(`ES: ${es}.`));
  assert.ok(words.includes("SIMULATED") && words.includes("last update 2025-12-03 14:35:00 UTC"));
});

Deno.test("coverageStrip draws what has no minutes yet, and nothing at all", () => {
  const empty = { ...BTC, from: NaN, to: NaN, expected: 0, backfilled: 0, streamed: 0 };
  for (const coverages of [[empty], [], [BTC, empty]]) {
    const figure = coverageStrip(coverages, { ...OPTIONS, theme: LIGHT });
    assert.doesNotMatch(figure.svg, /NaN|Infinity/);
    const said = textsOf(treeOf(figure)).filter((text) => text === "no minutes yet").length;
    assert.equal(said, coverages.filter((one) => one === empty).length);
  }
});

Deno.test("coverageStrip escapes names and refuses a width it cannot draw", () => {
  const tree = treeOf(coverageStrip([{ ...BTC, instrument: "<b>" }], { ...OPTIONS, width: 700 }));
  assert.ok(textsOf(tree).includes("<b>"));
  assert.throws(() => coverageStrip([BTC], { ...OPTIONS, width: 100 }), /width .*, got 100/);
});

Deno.test("coverageStrip leaves closed hours empty", () => {
  const closed = (instrument: string) =>
    instrument === "ES" ? [{ from: END - 16 * HOUR, to: END - 15 * HOUR }] : [];
  const tree = treeOf(coverageStrip([BTC, ES], { ...OPTIONS, closed }));
  const boxes = labelled(tree, "closed"), [whole] = labelled(tree, "there");
  assert.equal(boxes.length, 1, "of ES alone");
  const share = Number(boxes[0]!.getAttribute("width")) / Number(whole!.getAttribute("width"));
  assert.ok(Math.abs(share - 1 / 24) < 1e-3, `${share} of a day`);
  assert.notEqual(boxes[0]!.getAttribute("fill"), whole!.getAttribute("fill"));
  assert.ok(textsOf(tree).some((text) => text.includes("grey: closed")));
});
