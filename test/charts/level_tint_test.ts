import assert from "node:assert/strict";
import { INK, levelTint } from "../../lib/charts/level_tint.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";

type Colour = readonly number[];

function coloured(hex: string): Colour {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function mixed(a: Colour, b: Colour, share: number): Colour {
  return a.map((part, i) => part * share + b[i]! * (1 - share));
}

function contrast(a: Colour, b: Colour): number {
  const luminance = (colour: Colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

for (const theme of [DARK, LIGHT]) {
  Deno.test(`text is legible on the tint of every correlation, ${theme.name}`, () => {
    const [ground, text, weak] = [theme.background, theme.text, theme.weak].map(coloured);
    for (let r = -1; r <= 1; r += 0.05) {
      const level = mixed(coloured(r < 0 ? theme.negative : theme.strong), weak!, Math.abs(r));
      const tint = mixed(level, ground!, INK / 100);
      // What is stale is faded to nine tenths.
      for (const share of [1, 0.9]) {
        const [words, behind] = [text!, tint].map((colour) => mixed(colour, ground!, share));
        const found = contrast(words!, behind!);
        assert.ok(found >= 4.5, `r ${r.toFixed(2)}, ${share}: ${found.toFixed(2)}`);
      }
    }
    assert.match(levelTint(0.5, theme), new RegExp(`50%,${theme.weak}\\) ${INK}%,`));
  });
}
