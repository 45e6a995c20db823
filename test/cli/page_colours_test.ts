import assert from "node:assert/strict";
import {
  colourVariables,
  DARK_PAGE,
  LIGHT_PAGE,
  type PageColours,
} from "../../lib/cli/page_colours.ts";
import { pageStyle } from "../../lib/cli/page_style.ts";

/** Least contrast of text, WCAG 2.2 AA. */
const READABLE = 4.5;

/** Relative luminance of `#rrggbb`, WCAG 2.2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

Deno.test("PageColours are readable as text on the page and on code, in both themes", () => {
  for (const [name, colours] of Object.entries({ DARK_PAGE, LIGHT_PAGE })) {
    const { background, surface, border: _, ansi, ...texts } = colours;
    for (const [use, colour] of Object.entries({ ...texts, ...ansi })) {
      for (const behind of [background, surface]) {
        const found = contrast(colour, behind);
        assert.ok(found >= READABLE, `${name} ${use} ${colour} on ${behind}: ${found.toFixed(2)}`);
      }
    }
    // Text on an ANSI colour takes the page's background.
    for (const [use, colour] of Object.entries(ansi)) {
      assert.ok(contrast(background, colour) >= READABLE, `${name} on ${use}`);
    }
  }
});

Deno.test("pageStyle uses only colours that exist, and prints in the light ones", () => {
  const style = pageStyle();
  const known = new Set(
    [...colourVariables().matchAll(/--([\w-]+):/g)].map(([, name]) => name),
  ).add("comove-page");
  for (const [, name] of style.matchAll(/var\(--([\w-]+)\)/g)) {
    assert.ok(known.has(name!), `${name}`);
  }
  const keys = (colours: PageColours) => Object.keys({ ...colours, ...colours.ansi });
  assert.deepEqual(keys(DARK_PAGE), keys(LIGHT_PAGE));
  for (const name of ["background", "text", "link"] as const) {
    const pair = `--${name}:light-dark(${LIGHT_PAGE[name]},${DARK_PAGE[name]})`;
    assert.ok(style.includes(pair), pair);
  }
  assert.match(style.slice(style.indexOf("@media print")), /--comove-page:light;/);
  assert.equal(style.split("{").length, style.split("}").length, "every brace is closed");
});
