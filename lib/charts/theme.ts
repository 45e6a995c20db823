/** `auto` follows what stands around: JupyterLab, VS Code, the page, else the reader's system. */
export type ThemeName = "dark" | "light" | "auto";

export const THEME_NAMES: readonly ThemeName[] = ["dark", "light", "auto"];

/** Colours of every chart and table. Up, down and the levels differ in lightness, not in hue alone. */
export interface Theme {
  readonly name: ThemeName;
  readonly background: string;
  readonly text: string;
  readonly faintText: string;
  /** Lines and shades that must not catch the eye; too faint for text. */
  readonly grid: string;
  readonly up: string;
  readonly down: string;
  readonly warning: string;
  /** One colour a line, in order: the timeframes from 1m on. */
  readonly lines: readonly string[];
  /** Correlation above 0.5, from 0 to 0.5, below 0. */
  readonly strong: string;
  readonly weak: string;
  readonly negative: string;
  /** Without quotes, so that it fits every attribute. */
  readonly fontFamily: string;
}

/** Room left and right of every line, table and picture's words, CSS px: all begin at one edge. */
export const EDGE_PX = 8;

/** The font of all that is shown. */
export const FONT_FAMILY = "-apple-system,Segoe UI,Roboto,Ubuntu,Helvetica,Arial,sans-serif";

/**
 * The usual look: light on `#131722`. Every colour but `grid` is readable as text on the background (4.5:1),
 * and those that stand for a meaning also differ in lightness, so that they stay apart without red or green.
 */
export const DARK: Theme = {
  name: "dark",
  background: "#131722",
  text: "#d1d4dc",
  faintText: "#9aa1ae",
  grid: "#2f3442",
  up: "#3fc9ab",
  down: "#ea5148",
  warning: "#e9a13b",
  lines: ["#56b4e9", "#f0c14b", "#c888b8", "#50cd98", "#c8e878", "#9890f8"],
  strong: "#3fc9ab",
  weak: "#f0d264",
  negative: "#ea5148",
  fontFamily: FONT_FAMILY,
};

/** For white pages and print; as readable as {@link DARK}. */
export const LIGHT: Theme = {
  name: "light",
  background: "#ffffff",
  text: "#1b2130",
  faintText: "#5b6373",
  grid: "#dfe2ea",
  up: "#00806a",
  down: "#9b1519",
  warning: "#8a5200",
  lines: ["#0067a5", "#9c4a00", "#903070", "#00725a", "#607038", "#5838c0"],
  strong: "#00806a",
  weak: "#876100",
  negative: "#9b1519",
  fontFamily: FONT_FAMILY,
};
