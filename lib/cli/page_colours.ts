import { DARK, LIGHT } from "../charts/theme.ts";
import { ANSI_COLOURS } from "./page_ansi.ts";
import { words } from "../model/words.ts";

type AnsiColour = typeof ANSI_COLOURS[number];

/** Colours of a page. All but `border` and `mark` are readable as text (4.5:1) on `background` and on `surface`. */
export interface PageColours {
  readonly background: string;
  /** Behind code and text outputs. */
  readonly surface: string;
  readonly border: string;
  readonly text: string;
  readonly faint: string;
  readonly link: string;
  readonly error: string;
  readonly warning: string;
  /** Code: words of the language, texts, numbers, names that are defined, types. */
  readonly keyword: string;
  readonly string: string;
  readonly number: string;
  readonly title: string;
  readonly type: string;
  readonly comment: string;
  readonly ansi: Readonly<Record<AnsiColour, string>>;
}

function ansi(shades: readonly string[]): Record<AnsiColour, string> {
  return Object.fromEntries(ANSI_COLOURS.map((name, i) => [name, shades[i]!])) as Record<
    AnsiColour,
    string
  >;
}

export const DARK_PAGE: PageColours = {
  background: DARK.background,
  surface: "#1a1f2d",
  border: "#2f3546",
  text: DARK.text,
  faint: DARK.faintText,
  link: "#7ab8f5",
  error: "#ff7b72",
  warning: DARK.warning,
  keyword: "#d6a6f0",
  string: "#a5d9a0",
  number: "#f0c674",
  title: "#86b8ff",
  type: "#6fd0e0",
  comment: "#959db0",
  ansi: ansi(words(`
    #9aa1ae #ff7b72 #4fcf8f #e5b85c #79b0ff #d99ce0 #4ec9d4 #d1d4dc
    #a9b0be #ff9a92 #7fe0ae #f2cf85 #a3c8ff #e8bdec #86dde5 #ffffff
  `)),
};

export const LIGHT_PAGE: PageColours = {
  background: LIGHT.background,
  surface: "#f4f6fa",
  border: "#d5dae4",
  text: LIGHT.text,
  faint: LIGHT.faintText,
  link: "#0b5cad",
  error: "#b3261e",
  warning: LIGHT.warning,
  keyword: "#7b2fa0",
  string: "#1c6b2a",
  number: "#8a4b00",
  title: "#0b57b0",
  type: "#00657a",
  comment: "#5c6474",
  ansi: ansi(words(`
    #1b2130 #b3261e #12713a #7d5a00 #0b5cad #8e3a8e #00687a #5b6373
    #4a5160 #9c1f18 #0d5f30 #6b4d00 #094c90 #772f77 #005566 #4a5160
  `)),
};

/** The colours as CSS variables, each with its light and its dark value: the page's colour scheme chooses. */
export function colourVariables(): string {
  const light = named(LIGHT_PAGE), dark = named(DARK_PAGE);
  return Object.entries(dark).map(([name, value]) =>
    `--${name}:light-dark(${light[name]},${value})`
  ).join(";");
}

function named({ ansi, ...colours }: PageColours): Readonly<Record<string, string>> {
  const shades = Object.entries(ansi).map(([name, value]) => [`ansi-${name}`, value]);
  return { ...colours, ...Object.fromEntries(shades) };
}
