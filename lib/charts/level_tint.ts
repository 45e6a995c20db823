import type { Theme } from "./theme.ts";

/** How much of a tint is colour, per cent: text has a contrast of 4.5 on it, also where it is faded as stale. */
export const INK = 33;

/** Red at −1, yellow at 0, green at +1, in the theme's colours, which differ in lightness too. */
export function levelColour(r: number, theme: Theme): string {
  const share = Math.round(100 * Math.min(1, Math.abs(r)));
  return `color-mix(in srgb,${r < 0 ? theme.negative : theme.strong} ${share}%,${theme.weak})`;
}

/** The same, faint enough to write on. */
export function levelTint(r: number, theme: Theme): string {
  return `color-mix(in srgb,${levelColour(r, theme)} ${INK}%,${theme.background})`;
}
