import { escapeHtml } from "./markup.ts";
import { DARK, LIGHT, type Theme, type ThemeName } from "./theme.ts";

/**
 * What a notebook shows is made once and read on dark and light pages, on paper, and by readers who switch. So its
 * colours are CSS variables, each with a light and a dark value, and `color-scheme` alone decides between them. It
 * reaches into pictures too: an SVG in an `<img>` has the colour scheme of the element that shows it.
 */
const VARIABLES = {
  background: "--cm-b",
  text: "--cm-t",
  faintText: "--cm-f",
  grid: "--cm-g",
  up: "--cm-u",
  down: "--cm-d",
  warning: "--cm-w",
  strong: "--cm-s",
  weak: "--cm-k",
  negative: "--cm-n",
} as const;

type ColourName = keyof typeof VARIABLES;

// Marked as pure, so that the page code leaves out what it does not use.
const COLOUR_NAMES = /* @__PURE__ */ Object.keys(VARIABLES) as readonly ColourName[];

/** Set on the page's root by its own switch, and in print: stronger than what the notebook asks for. */
export const PAGE_SCHEME = "--comove-page";
/** Set by {@link HOST_STYLE} to what JupyterLab or VS Code shows. */
const HOST_SCHEME = "--comove-host";

/** Widest that a picture may be, whether boxes scroll, and whether hints to do so show; set for paper alone. */
export const PICTURE_FIT = "--comove-fit";
export const HINT = "--comove-hint";
export const SCROLL = "--comove-scroll";

/** What the colour scheme of a frame is; the page's own choice comes first. */
const SCHEMES: Readonly<Record<ThemeName, string>> = {
  dark: `var(${PAGE_SCHEME},dark)`,
  light: `var(${PAGE_SCHEME},light)`,
  auto: `var(${PAGE_SCHEME},var(${HOST_SCHEME},light dark))`,
};

/**
 * An output that shows nothing: a heartbeat, or a feed of a chart that is drawn. A feed that stands beside a table or a
 * picture does not empty its output.
 */
export const EMPTY_OUTPUT = [
  "comove-hb",
  "comove-feed:only-child:empty",
  // As a script writes it.
  'comove-feed:only-child[style*="display: none"]',
  // Its buttons for files stand behind it.
  'comove-feed:first-child[style*="display: none"]+.comove-export:last-child',
].join();

/** Rules for the page's head: what surrounds the notebook, that paper is white, and that nothing takes no room. */
export const HOST_STYLE = [
  // A part of a panel that has had nothing to show yet is an empty output.
  `.jp-OutputArea-child:has(${EMPTY_OUTPUT},.jp-OutputArea-output:empty){display:none}`,
  `body[data-jp-theme-light="true"],body.vscode-light,body.vscode-high-contrast-light{${HOST_SCHEME}:light}`,
  `body[data-jp-theme-light="false"],body.vscode-dark,` +
  `body.vscode-high-contrast:not(.vscode-high-contrast-light){${HOST_SCHEME}:dark}`,
  `@media print{:root{${PAGE_SCHEME}:light;${printVariables()}}}`,
].join("");

/** On paper nothing scrolls: pictures fit, and no hint says that more can be scrolled to. */
export function printVariables(): string {
  return `${PICTURE_FIT}:100%;${HINT}:none;${SCROLL}:visible`;
}

/**
 * Colours that {@link dressed} gives a meaning to.
 *
 * @example
 * ```ts
 * import { pageTheme } from "./page_theme.ts";
 * import assert from "node:assert/strict";
 * assert.equal(pageTheme("auto").text, "var(--cm-t)");
 * ```
 */
export function pageTheme(name: ThemeName): Theme {
  const colours = Object.fromEntries(
    COLOUR_NAMES.map((colour) => [colour, `var(${VARIABLES[colour]})`]),
  ) as Record<ColourName, string>;
  const lines = DARK.lines.map((_, i) => `var(${lineVariable(i)})`);
  return { ...colours, name, lines, fontFamily: DARK.fontFamily };
}

/** The default of panels: the notebook decides. */
export const PAGE: Theme = /* @__PURE__ */ pageTheme("dark");

/** True for colours that mean nothing without {@link dressed}. */
export function isPageTheme({ background }: Theme): boolean {
  return background.startsWith("var(");
}

/**
 * HTML made with {@link PAGE} in an element that gives its colours: the theme's where it has its own, else a light and a
 * dark one each. Only the variables in use are written.
 */
export function dressed(html: string, theme: Theme): string {
  return `<div style="${escapeHtml(dress(html, theme))}">${html}</div>`;
}

/** The same as declarations for the style of an element that is there anyway. */
export function dress(html: string, theme: Theme): string {
  const scheme = isPageTheme(theme) ? SCHEMES[theme.name] : theme.name;
  return [`color-scheme:${scheme}`, ...definitions(html, theme)].join(";");
}

/** For the root of a picture, which is read in an `<img>` and knows nothing of the page but its colour scheme. */
export function pictureDress(svg: string): string {
  return ["color-scheme:light dark", ...definitions(svg, PAGE)].join(";");
}

function definitions(html: string, theme: Theme): string[] {
  const used = new Set(html.match(/--cm-[a-z0-9]/g) ?? []);
  if (used.size === 0) return [];
  const value = (pick: (theme: Theme) => string) =>
    isPageTheme(theme) ? `light-dark(${pick(LIGHT)},${pick(DARK)})` : pick(theme);
  const named = COLOUR_NAMES.map((name) => [VARIABLES[name], value((one) => one[name])] as const);
  const lines = DARK.lines.map((_, i) =>
    [lineVariable(i), value((one) => one.lines[i] ?? one.text)] as const
  );
  return [...named, ...lines].filter(([name]) => used.has(name))
    .map(([name, colour]) => `${name}:${colour}`);
}

function lineVariable(i: number): string {
  return `--cm-${i + 1}`;
}
