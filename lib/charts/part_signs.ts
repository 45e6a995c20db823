import { DAY_PARTS, type DayPart } from "../sync/studies/day_parts.ts";
import { PART_NAMES } from "./part_names.ts";
import type { Theme } from "./theme.ts";

/** How a part of the day is drawn: a colour and a shape, so that neither is needed alone. */
export interface PartSign {
  readonly part: DayPart;
  readonly name: string;
  readonly colour: string;
  /** In a legend. */
  readonly symbol: string;
  /** Of a line. */
  readonly dash: string | undefined;
  /** SVG path data about a point; all in whole tenths of a px, which are fewer bytes. */
  readonly shape: (x: number, y: number, r: number) => string;
}

/** In the order of the parts' numbers. */
export function partSigns(theme: Theme): readonly PartSign[] {
  const looks = [
    { colour: theme.lines[1]!, symbol: "▲", dash: "6 3", shape: triangle },
    // The third line's colour is the grey of the rest to those who have no cones for green.
    { colour: theme.lines[5]!, symbol: "■", dash: "2 3", shape: square },
    { colour: theme.lines[0]!, symbol: "◆", dash: undefined, shape: diamond },
    { colour: theme.faintText, symbol: "✚", dash: "8 3 2 3", shape: plus },
  ];
  return DAY_PARTS.map((part, i) => ({ part, name: PART_NAMES[part], ...looks[i]! }));
}

function triangle(x: number, y: number, r: number): string {
  return `M${x} ${y - r}l${r} ${2 * r}h${-2 * r}z`;
}

function square(x: number, y: number, r: number): string {
  return `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`;
}

function diamond(x: number, y: number, r: number): string {
  return `M${x} ${y - r}l${r} ${r} ${-r} ${r} ${-r} ${-r}z`;
}

/** Two bars, as outlines that are filled like the others. */
function plus(x: number, y: number, r: number): string {
  return `M${x - r} ${y - 4}h${2 * r}v8h${-2 * r}zM${x - 4} ${y - r}h8v${2 * r}h-8z`;
}
