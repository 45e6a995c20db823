import { pairRow } from "../sync/pair_row.ts";
import type { MarketMatrix } from "../sync/studies/market_matrix.ts";
import { correlationLevel } from "./correlation_level.ts";
import { signed } from "./estimate_text.ts";
import type { Figure } from "./figure.ts";
import { INK, levelColour } from "./level_tint.ts";
import { element, textAt } from "./svg_parts.ts";
import { sheet } from "./svg_sheet.ts";
import type { TableText } from "./table.ts";
import { TenthsPath } from "./tenths_path.ts";
import { textWidth } from "./text_width.ts";
import type { Theme } from "./theme.ts";

/** Which of the two numbers of a pair is shown. */
export type MatrixView = "correlation" | "partial";

export interface MatrixLayout {
  /** CSS px: of a cell, of the labels on the left, and above the cells. */
  readonly cell: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const LABEL_PX = 11;
const MOST_CELL = 58, LEAST_CELL = 14;
/** From this size on a cell holds its number. */
const NUMBER_FROM = 32;
/** A correlation whose interval reaches so far says little: hatched. */
const SHADES = 21;

/** @param width CSS px that there are; more is taken where cells would be too small to be told apart. */
export function matrixLayout(labels: readonly string[], width: number): MatrixLayout {
  const left = 8 + Math.ceil(Math.max(...labels.map((label) => textWidth(label, LABEL_PX))));
  const room = (width - left - 8) / labels.length;
  const cell = Math.floor(Math.min(MOST_CELL, Math.max(LEAST_CELL, room)));
  const top = left;
  return {
    cell,
    left,
    top,
    width: left + cell * labels.length + 8,
    height: top + cell * labels.length + 4,
  };
}

/** The cells in their order: SVG without its frame. */
export function matrixParts(
  found: MarketMatrix,
  labels: readonly string[],
  { cell, left, top }: MatrixLayout,
  { view, theme }: { readonly view: MatrixView; readonly theme: Theme },
): string[] {
  const { order, n } = found;
  const value = view === "correlation" ? found.r : found.partial;
  const fills = Array.from({ length: SHADES }, () => new TenthsPath());
  const unknown = new TenthsPath(), thin = new TenthsPath();
  const texts: string[] = [];
  order.forEach((i, line) => {
    const y = top + line * cell;
    order.forEach((j, column) => {
      const x = left + column * cell;
      if (i === j) return;
      const row = pairRow(i, j, labels.length), r = value[row]!;
      const corners = square(x, y, cell - 1);
      if (Number.isNaN(r)) return unknown.polygon(corners);
      fills[Math.min(SHADES - 1, Math.floor((r + 1) / 2 * SHADES))]!.polygon(corners);
      if (n[row]! < THIN) thin.segment({ x, y: y + cell - 1 }, { x: x + cell - 1, y });
      if (cell < NUMBER_FROM) return;
      const { symbol } = correlationLevel(r, theme);
      texts.push(
        textAt(x + cell / 2, y + cell / 2 + 4, `${symbol}${short(r)}`, { fill: theme.text }),
      );
    });
  });
  const names = order.flatMap((i, place) => {
    const middle = place * cell + cell / 2;
    const label = labels[i]!;
    return [
      textAt(left - 4, top + middle + 4, label, { "text-anchor": "end" }),
      textAt(0, 0, label, {
        transform: `translate(${left + middle + 4} ${top - 4}) rotate(-90)`,
      }),
    ];
  });
  return [
    ...fills.map((path, shade) =>
      path.isEmpty ? "" : element("path", {
        d: String(path),
        transform: "scale(.1)",
        fill: levelColour(2 * (shade + 0.5) / SHADES - 1, theme),
        "fill-opacity": INK / 100,
      })
    ),
    unknown.isEmpty
      ? ""
      : element("path", { d: String(unknown), transform: "scale(.1)", fill: theme.grid }),
    thin.isEmpty ? "" : element("path", {
      d: String(thin),
      transform: "scale(.1)",
      stroke: theme.text,
      "stroke-width": 10,
    }),
    element("g", { fill: theme.faintText, "font-size": LABEL_PX }, names.join("")),
    element("g", { "font-size": LABEL_PX, "text-anchor": "middle" }, texts.join("")),
  ];
}

/** Fewer pairs of returns say little. */
const THIN = 60;

function square(x: number, y: number, size: number) {
  return [{ x, y }, { x: x + size, y }, { x: x + size, y: y + size }, { x, y: y + size }];
}

/** `.63`, `−.20`, `1.0`: as much as a cell holds. */
function short(r: number): string {
  return signed(r).replace("+", "").replace("0.", ".");
}

export const MATRIX_LEGEND =
  `red at −1, yellow at 0, green at +1 · ▲ above 0.5, ◆ 0 to 0.5, ▼ below 0 · a stroke: fewer than ${THIN} ` +
  "pairs of returns · grey: too few to say · neighbours are alike";

/** The matrix as a picture. */
export function matrixFigure(
  found: MarketMatrix,
  labels: readonly string[],
  { theme, sentence, updatedAt }: {
    readonly theme: Theme;
    readonly sentence: string;
    readonly updatedAt: number;
  },
): Figure {
  const layout = matrixLayout(labels, 1_000);
  return sheet(matrixParts(found, labels, layout, { view: "correlation", theme }), {
    theme,
    width: Math.max(520, layout.width),
    height: layout.height,
    title: `Correlation of ${labels.length} markets`,
    alt: sentence,
    footer: { left: "times in UTC", updatedAt },
  });
}

/** Every pair, the most alike first. */
export function matrixTable(found: MarketMatrix, nameOf: (row: number) => string): TableText {
  const { r, lo, hi, n, expected, partial } = found;
  const number = (value: number) => Number.isNaN(value) ? "unknown" : signed(value);
  const rows = [...r.keys()].sort((a, b) => (r[b] || -2) - (r[a] || -2)).slice(0, MOST_ROWS);
  return {
    caption: `Pairs, the most alike first${
      r.length > MOST_ROWS ? `, ${MOST_ROWS} of ${r.length}` : ""
    }`,
    columns: ["pair", "r", "95 % interval", "n of expected", "others held fixed"],
    rows: rows.map((row) => [
      nameOf(row),
      number(r[row]!),
      Number.isNaN(lo[row]!) ? "" : `${signed(lo[row]!)} to ${signed(hi[row]!)}`,
      `${n[row]} of ${expected[row]}`,
      number(partial[row]!),
    ]),
  };
}

const MOST_ROWS = 60;
