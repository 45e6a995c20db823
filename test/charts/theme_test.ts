import assert from "node:assert/strict";
import { CORRELATED_TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { DARK, LIGHT, type Theme } from "../../lib/charts/theme.ts";
import { leastDifference } from "../support/colour_vision.ts";

/** Relative luminance of `#rrggbb`, by the Web Content Accessibility Guidelines. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

function inks(theme: Theme): [string, string][] {
  const { text, faintText, up, down, warning, strong, weak, negative, lines } = theme;
  const named = { text, faintText, up, down, warning, strong, weak, negative };
  return [
    ...Object.entries(named),
    ...lines.map((line, i) => [`line ${i}`, line] as [string, string]),
  ];
}

/** 2 is just to be seen side by side; lines and candles stand apart. */
const LEAST_DIFFERENCE = 10;

for (const theme of [DARK, LIGHT]) {
  Deno.test(`the ${theme.name} theme keeps its colours apart for readers who are colour-blind`, () => {
    const { up, down, warning, strong, weak, negative, lines } = theme;
    const groups = { prices: [up, down, warning], levels: [strong, weak, negative], lines };
    for (const [name, group] of Object.entries(groups)) {
      for (const [i, one] of group.entries()) {
        for (const other of group.slice(i + 1)) {
          const { value, eye } = leastDifference(one, other);
          const what = `${name}, ${one} and ${other}: ${value.toFixed(1)} with ${eye}`;
          assert.ok(value >= LEAST_DIFFERENCE, what);
        }
      }
    }
  });

  Deno.test(`the ${theme.name} theme writes in colours with a contrast of 4.5 or more`, () => {
    for (const [name, ink] of inks(theme)) {
      const found = contrast(ink, theme.background);
      assert.ok(found >= 4.5, `${name} ${ink} has ${found.toFixed(2)}`);
    }
  });

  Deno.test(`the ${theme.name} theme keeps meanings apart by lightness too`, () => {
    const pairs = [[theme.up, theme.down], [theme.strong, theme.negative], [
      theme.weak,
      theme.negative,
    ]];
    for (const [a, b] of pairs) assert.ok(contrast(a!, b!) >= 1.4, `${a} and ${b}`);
  });

  Deno.test(`the ${theme.name} theme has a line colour for each timeframe, all different`, () => {
    assert.equal(new Set(theme.lines).size, CORRELATED_TIMEFRAMES.length);
  });

  Deno.test(`the ${theme.name} theme fits unescaped into style attributes`, () => {
    assert.doesNotMatch(Object.values(theme).flat().join(" "), /["'<>&;]/);
  });
}

Deno.test("DARK lies on the agreed background", () => {
  assert.equal(DARK.background, "#131722");
  assert.equal(DARK.text, "#d1d4dc");
});
