import assert from "node:assert/strict";
import { CORRELATED_TIMEFRAMES } from "../../lib/model/timeframe.ts";
import { DARK, LIGHT, type Theme } from "../../lib/charts/theme.ts";

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

/** Linear RGB as readers see it who lack a kind of cones: Machado, Oliveira and Fernandes 2009, at full severity. */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "every kind of cone": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  "no cones for red": [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  "no cones for green": [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.011820, 0.042940, 0.968881],
  ],
  "no cones for blue": [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.303900],
  ],
};
/** Of CIE L*a*b*: 2 is just to be seen side by side; lines and candles stand apart. */
const LEAST_DIFFERENCE = 10;

function labOf(colour: string, eye: readonly (readonly number[])[]): number[] {
  const linear = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const [r, g, b] = eye.map((row) =>
    Math.min(1, Math.max(0, row.reduce((sum, part, i) => sum + part * linear[i]!, 0)))
  ) as [number, number, number];
  const [x, y, z] = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ].map((part) => part > 216 / 24_389 ? Math.cbrt(part) : (24_389 / 27 * part + 16) / 116);
  return [116 * y! - 16, 500 * (x! - y!), 200 * (y! - z!)];
}

for (const theme of [DARK, LIGHT]) {
  Deno.test(`the ${theme.name} theme keeps its colours apart for readers who are colour-blind`, () => {
    const { up, down, warning, strong, weak, negative, lines } = theme;
    const groups = { prices: [up, down, warning], levels: [strong, weak, negative], lines };
    for (const [eye, matrix] of Object.entries(EYES)) {
      for (const [name, group] of Object.entries(groups)) {
        for (const [i, one] of group.entries()) {
          for (const other of group.slice(i + 1)) {
            const a = labOf(one, matrix), b = labOf(other, matrix);
            const found = Math.hypot(...a.map((part, k) => part - b[k]!));
            const what = `${name}, ${one} and ${other}: ${found.toFixed(1)} with ${eye}`;
            assert.ok(found >= LEAST_DIFFERENCE, what);
          }
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
