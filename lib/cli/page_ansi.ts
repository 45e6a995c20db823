import { escapeHtml } from "../charts/markup.ts";
import { isShort } from "./page_limits.ts";

/** The sixteen colours of terminals, in their order; the page gives each a shade that reads on its background. */
export const ANSI_COLOURS = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "bright-black",
  "bright-red",
  "bright-green",
  "bright-yellow",
  "bright-blue",
  "bright-magenta",
  "bright-cyan",
  "bright-white",
] as const;

/** One of {@link ANSI_COLOURS} by its number, or any colour as CSS says it. */
type Colour = number | string;

interface Pen {
  colour: Colour | undefined;
  background: Colour | undefined;
  isInverse: boolean;
  readonly marks: Set<Mark>;
}

type Mark = "bold" | "faint" | "italic" | "underline" | "strike";

const MARKS: Readonly<Record<number, Mark>> = {
  1: "bold",
  2: "faint",
  3: "italic",
  4: "underline",
  9: "strike",
};
const MARK_ENDS: Readonly<Record<number, readonly Mark[]>> = {
  22: ["bold", "faint"],
  23: ["italic"],
  24: ["underline"],
  29: ["strike"],
};

/**
 * Colour settings; other sequences and their texts, such as the address of a link; other control characters. No part
 * reads past the next escape, so that the whole takes time in proportion to the text.
 */
const ESCAPES = new RegExp(
  [
    "\\x1b\\[([\\d;:]*)m",
    "\\x1b\\[[0-?]*[ -/]*[@-~]",
    "\\x1b[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)",
    "\\x1b[ -/]*[0-~]?",
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]",
  ].join("|"),
  "g",
);

/**
 * Text meant for a terminal as HTML: colours and weights become spans, what moves the cursor goes, and of a line that
 * was written over and over only the last state stays. Long text has no colours.
 *
 * @example
 * ```ts
 * import { ansiHtml } from "./page_ansi.ts";
 * import assert from "node:assert/strict";
 * assert.equal(ansiHtml("a \x1b[31m<b>\x1b[0m"), 'a <span class="ansi-red">&lt;b&gt;</span>');
 * ```
 */
export function ansiHtml(text: string): string {
  const lines = lastStates(text);
  if (!isShort(lines)) return escapeHtml(lines.replace(ESCAPES, ""));
  const pen = newPen();
  const parts: string[] = [];
  let at = 0;
  for (const match of lines.matchAll(ESCAPES)) {
    parts.push(written(lines.slice(at, match.index), pen));
    at = match.index + match[0].length;
    if (match[1] !== undefined) setPen(pen, match[1]);
  }
  parts.push(written(lines.slice(at), pen));
  return parts.join("");
}

/** What a terminal shows of lines with carriage returns, such as progress bars, and backspaces. */
function lastStates(text: string): string {
  if (!/[\r\b]/.test(text)) return text;
  return text.split("\n").map((line) => withoutErased(lastWritten(line))).join("\n");
}

/** What stands after the last return to the line's start that something follows. */
function lastWritten(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
}

/** Each backspace takes the character before it. */
function withoutErased(line: string): string {
  if (!line.includes("\b")) return line;
  const kept: string[] = [];
  for (const sign of line) {
    if (sign === "\b") kept.pop();
    else kept.push(sign);
  }
  return kept.join("");
}

function newPen(): Pen {
  return { colour: undefined, background: undefined, isInverse: false, marks: new Set() };
}

function setPen(pen: Pen, setting: string): void {
  const codes = setting.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(i + 1, i + 1 + LONGEST_COLOUR));
      if (colour !== undefined) pen[code === 38 ? "colour" : "background"] = colour;
      i += used;
    } else setSimple(pen, code);
  }
}

function setSimple(pen: Pen, code: number): void {
  const mark = MARKS[code];
  if (code === 0) Object.assign(pen, newPen());
  else if (mark !== undefined) pen.marks.add(mark);
  else if (code === 7 || code === 27) pen.isInverse = code === 7;
  else if (code === 39) pen.colour = undefined;
  else if (code === 49) pen.background = undefined;
  else if (code >= 30 && code <= 37) pen.colour = code - 30;
  else if (code >= 40 && code <= 47) pen.background = code - 40;
  else if (code >= 90 && code <= 97) pen.colour = code - 90 + 8;
  else if (code >= 100 && code <= 107) pen.background = code - 100 + 8;
  else for (const end of MARK_ENDS[code] ?? []) pen.marks.delete(end);
}

/** Numbers of `2;r;g;b`. */
const LONGEST_COLOUR = 4;

/** `5;n` or `2;r;g;b`. @returns the colour, and how many numbers it took. */
function extendedColour(codes: readonly number[]): [Colour | undefined, number] {
  const [kind, ...values] = codes;
  const isByte = (value: number | undefined) => value !== undefined && value >= 0 && value <= 255;
  if (kind === 5) return [isByte(values[0]) ? paletteColour(values[0]!) : undefined, 2];
  if (kind !== 2) return [undefined, 1];
  const parts = values.slice(0, 3);
  return [parts.length === 3 && parts.every(isByte) ? `rgb(${parts.join(",")})` : undefined, 4];
}

/** The 256 colours of terminals: the sixteen, a cube of six steps a side, and greys. */
function paletteColour(n: number): Colour {
  if (n < 16) return n;
  if (n >= 232) return `rgb(${Array(3).fill((n - 232) * 10 + 8).join(",")})`;
  const step = (value: number) => value === 0 ? 0 : value * 40 + 55;
  const cube = n - 16;
  return `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(step).join(",")})`;
}

function written(text: string, pen: Pen): string {
  if (text === "") return "";
  const { classes, style } = looksOf(pen);
  if (classes.length === 0 && style.length === 0) return escapeHtml(text);
  const attributes = [
    ...(classes.length === 0 ? [] : [` class="${classes.join(" ")}"`]),
    ...(style.length === 0 ? [] : [` style="${style.join(";")}"`]),
  ];
  return `<span${attributes.join("")}>${escapeHtml(text)}</span>`;
}

function looksOf({ colour, background, isInverse, marks }: Pen) {
  const classes = [...marks].map((mark) => `ansi-${mark}`);
  const style: string[] = [];
  const [front, back] = isInverse ? [background, colour] : [colour, background];
  if (typeof front === "number") classes.push(`ansi-${ANSI_COLOURS[front]}`);
  else if (front !== undefined) style.push(`color:${front}`);
  if (typeof back === "number") classes.push(`ansi-on-${ANSI_COLOURS[back]}`);
  else if (back !== undefined) style.push(`background:${back}`);
  // A shade that reads on the page does not read on a colour, and the other way round.
  if (front === undefined && (back !== undefined || isInverse)) classes.push("ansi-reversed");
  if (isInverse && back === undefined) classes.push("ansi-on-text");
  return { classes, style };
}
