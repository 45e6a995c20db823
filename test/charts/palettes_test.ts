/**
 * Colours of the desk's and the evidence's panels that stand for different things beside each other, for readers of every
 * kind of colour vision. Each has a sign of its own too (a shape, a dash, a number or a word); here colours alone count.
 */
import assert from "node:assert/strict";
import { INK } from "../../lib/charts/level_tint.ts";
import { partSigns } from "../../lib/charts/part_signs.ts";
import { DARK, LIGHT, type Theme } from "../../lib/charts/theme.ts";
import { leastDifference } from "../support/colour_vision.ts";

/** Lines, points and edges stand apart; tints lie beside each other with a number on each. */
const LEAST_OF_INKS = 10, LEAST_OF_TINTS = 5;

function palettes(theme: Theme): Record<string, readonly string[]> {
  const { text, faintText, up, down, warning, strong, weak, negative, lines } = theme;
  return {
    "parts of the day in the scatter, the lead and the sessions": [
      text,
      ...partSigns(theme).map(({ colour }) => colour),
    ],
    "edges of volume pills": [strong, weak, faintText],
    "edges of divergence pills": [faintText, negative, weak],
    "edges of lead pills": [strong, text, faintText],
    "severity of a divergence": [warning, down, text],
    "the strip of the lead": [lines[0]!, lines[1]!, faintText],
    "lines of the scatter": [text, warning],
    "lines of the ratio": [text, faintText, warning],
    "moves of the ratio's sides": [lines[0]!, lines[1]!],
    "falls, rises and a normal pair": [down, up, faintText],
    "VWAP and the average volume": [lines[0]!, lines[1]!],
    "levels of the path of the correlation and of regimes": [negative, weak, strong],
  };
}

function mixed(one: string, other: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [one, other].map((hex) => parseInt(hex.slice(at, at + 2), 16));
    return Math.round(a! * share + b! * (1 - share)).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

/** As `levelTint` has the browser mix it. */
function tintOf(r: number, theme: Theme): string {
  const level = mixed(r < 0 ? theme.negative : theme.strong, theme.weak, Math.abs(r));
  return mixed(level, theme.background, INK / 100);
}

function assertApart(name: string, colours: readonly string[], least: number): void {
  for (const [i, one] of colours.entries()) {
    for (const other of colours.slice(i + 1)) {
      const { value, eye } = leastDifference(one, other);
      assert.ok(value >= least, `${name}, ${one} and ${other}: ${value.toFixed(1)} with ${eye}`);
    }
  }
}

for (const theme of [DARK, LIGHT]) {
  for (const [name, colours] of Object.entries(palettes(theme))) {
    Deno.test(`${name}: colours are apart for every kind of colour vision, ${theme.name}`, () => {
      assertApart(name, colours, LEAST_OF_INKS);
    });
  }

  Deno.test(`tints of maps and of the matrix tell −1, 0 and +1 apart, and each from no value, ${theme.name}`, () => {
    const tints = [-1, 0, 1].map((r) => tintOf(r, theme));
    assertApart("tints", [...tints, theme.background], LEAST_OF_TINTS);
  });
}
