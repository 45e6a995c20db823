import type { HourMap, MapCell, MapRow } from "../sync/studies/hour_map.ts";
import { signed } from "./estimate_text.ts";
import { levelTint } from "./level_tint.ts";
import { escapeHtml } from "./markup.ts";
import { scrollBox } from "./scroll_box.ts";
import type { StudyPicture } from "./study_box.ts";
import { fontStyle } from "./table_style.ts";
import type { TableText } from "./table.ts";
import { EDGE_PX, type Theme } from "./theme.ts";

export interface HourMapOptions {
  /** What readers call the two: `BTC/USDT`, `ES`. */
  readonly labels: readonly string[];
  /** Length of the bars of a map by weekday; undefined where each row has its own. */
  readonly timeframe?: string;
  readonly theme: Theme;
}

/** A cell of an hour, and of the names of rows, CSS px. */
const HOUR_PX = 40;
const NAME_PX = 44;

const LEGEND = "★ differs from the other hours after the correction for all cells looked at " +
  "(Benjamini–Hochberg, at most 5 % of the stars false) · hatched: fewer than 30 pairs, not tested · " +
  "point at a cell for its interval and n";

/** A map of hours as a table whose cells are coloured by their correlation: numbers and colours say the same. */
export function hourMapPicture(map: HourMap, options: HourMapOptions): StudyPicture {
  const { timeframe } = options;
  const bars = timeframe === undefined
    ? "log returns of each row's bars"
    : `${timeframe} log returns`;
  return {
    sentence: hourMapSentence(map, options),
    body: mapTable(map, options),
    method: `Pearson of ${bars} by the hour in ${cityOf(map.timeZone)}, ` +
      "95 % interval on the effective n, hours compared day by day",
    legend: LEGEND,
    table: numbersOf(map, options),
  };
}

/** What the map says, and no more. */
export function hourMapSentence(map: HourMap, { labels, timeframe }: HourMapOptions): string {
  const both = labels.join(" and ");
  const others = timeframe === undefined ? "of its row" : "of the week";
  if (map.tested === 0) {
    return `No hour can be judged yet: that takes 30 pairs on 4 days in a cell. The numbers are those of single days.`;
  }
  if (map.starred === 0) {
    return `No hour stands out: of ${map.tested} cells tested, none differs from the other hours ${others} ` +
      "once the number of looks is allowed for.";
  }
  const { row, cell } = clearest(map);
  const more = cell.value > meanOf(rowsAgainst(map, row, timeframe), cell) ? "more" : "less";
  const where = timeframe === undefined
    ? `on ${row.label} bars`
    : `on ${row.label}, ${timeframe} bars`;
  return `${both} moved ${more} closely together at ${hoursOf(cell)} ${
    cityOf(map.timeZone)
  } ${where} ` +
    `than in the other hours: ${
      valueText(cell)
    }. ${map.starred} of ${map.tested} cells tested differ.`;
}

/** The star that is least likely chance. */
function clearest({ rows }: HourMap): { row: MapRow; cell: MapCell } {
  const stars = rows.flatMap((row) =>
    row.cells.filter(({ isStarred }) => isStarred).map((cell) => ({ row, cell }))
  );
  return stars.reduce((best, one) => one.cell.pvalue < best.cell.pvalue ? one : best);
}

function rowsAgainst({ rows }: HourMap, row: MapRow, timeframe: string | undefined) {
  return timeframe === undefined ? [row] : rows;
}

/** Mean correlation of the other cells, each as heavy as its pairs. */
function meanOf(rows: readonly MapRow[], without: MapCell): number {
  let sum = 0, n = 0;
  for (const cell of rows.flatMap((row) => row.cells)) {
    if (cell === without || Number.isNaN(cell.value)) continue;
    sum += cell.n * cell.value;
    n += cell.n;
  }
  return sum / n;
}

function mapTable(map: HourMap, { theme, labels }: HourMapOptions): string {
  const { firstHour, lastHour, rows } = map;
  const hours = Array.from({ length: lastHour - firstHour + 1 }, (_, i) => firstHour + i);
  const head = hours.map((hour) =>
    `<th scope="col" style="${HEAD_STYLE};color:${theme.faintText}">${twoDigits(hour)}</th>`
  );
  const lines = rows.map((row) => {
    const cells = isWithoutBars(row)
      ? [emptyRowHtml(row, hours.length, theme)]
      : row.cells.filter(({ hour, hours }) => hour + hours > firstHour && hour <= lastHour).map((
        cell,
      ) => cellHtml(cell, { firstHour, lastHour }, theme));
    const name = `<th scope="row" style="${HEAD_STYLE};color:${theme.text}">${
      escapeHtml(row.label)
    }</th>`;
    return `<tr style="background-color:transparent">${name}${cells.join("")}</tr>`;
  });
  const width = NAME_PX + HOUR_PX * hours.length;
  const caption = `Correlation of ${labels.join(" and ")} by hour in ${cityOf(map.timeZone)}`;
  const table = `<table aria-label="${escapeHtml(caption)}" style="border-collapse:separate;` +
    `border-spacing:1px;border:0;margin:0;table-layout:fixed;width:${width}px;` +
    `color:${theme.text};${fontStyle(12, theme)}"><tr style="background-color:transparent">` +
    `<th scope="col" style="${HEAD_STYLE};width:${NAME_PX}px;color:${theme.faintText}">` +
    `hour</th>${head.join("")}</tr>${lines.join("")}</table>`;
  return `<div style="padding:0 ${EDGE_PX}px">${scrollBox(table, { least: width, theme })}</div>`;
}

const HEAD_STYLE = "font-weight:500;text-align:center;padding:2px 0;border:0";

/** Whether none of its bars could have a pair: 4h bars do not fit into US hours. */
function isWithoutBars({ cells }: MapRow): boolean {
  return cells.every(({ expected }) => expected === 0);
}

function emptyRowText({ label }: MapRow): string {
  return `no two ${label} bars in a row lie whole within the hours looked at`;
}

function emptyRowHtml(row: MapRow, columns: number, theme: Theme): string {
  const style = `text-align:left;padding:4px;border:0;color:${theme.faintText}`;
  return `<td colspan="${columns}" style="${style}">${escapeHtml(emptyRowText(row))}</td>`;
}

function cellHtml(
  cell: MapCell,
  { firstHour, lastHour }: Pick<HourMap, "firstHour" | "lastHour">,
  theme: Theme,
): string {
  const span = Math.min(cell.hour + cell.hours - 1, lastHour) - Math.max(cell.hour, firstHour) + 1;
  const columns = span > 1 ? ` colspan="${span}"` : "";
  const style = "text-align:center;padding:4px 0;border:0;white-space:nowrap";
  if (cell.expected === 0) return `<td${columns} style="${style}" title="closed"></td>`;
  // Lines of the ground's colour do not strike out the number that is written on them.
  const stripe = Number.isNaN(cell.value) ? theme.faintText : theme.background;
  const hatch = cell.isThin || Number.isNaN(cell.value)
    ? `;background-image:repeating-linear-gradient(135deg,${stripe} 0 1px,transparent 1px 6px)`
    : "";
  const tint = Number.isNaN(cell.value) ? "" : `;background-color:${levelTint(cell.value, theme)}`;
  const text = Number.isNaN(cell.value) ? "" : `${shortOf(cell.value)}${cell.isStarred ? "★" : ""}`;
  const weight = cell.isStarred ? ";font-weight:700" : "";
  return `<td${columns} style="${style}${tint}${hatch}${weight}" ` +
    `title="${escapeHtml(titleOf(cell))}">${text}</td>`;
}

function titleOf(cell: MapCell): string {
  const { adjusted } = cell;
  const tested = Number.isNaN(adjusted)
    ? "not tested"
    : `p ${pText(adjusted)} after the correction`;
  return `${hoursOf(cell)}: ${valueText(cell)}, ${cell.days} ${
    cell.days === 1 ? "day" : "days"
  }, ${tested}`;
}

/** `r +0.62, 95 % interval +0.43 to +0.76, 58 of 59 pairs`. */
function valueText({ value, lo, hi, n, expected }: MapCell): string {
  const count = `${n.toLocaleString("en-US")} of ${expected.toLocaleString("en-US")} pairs`;
  if (Number.isNaN(value)) return `too few pairs, ${count}`;
  const interval = Number.isNaN(lo)
    ? "no interval"
    : `95 % interval ${signed(lo)} to ${signed(hi)}`;
  return `r ${signed(value)}, ${interval}, ${count}`;
}

function numbersOf(map: HourMap, options: HourMapOptions): TableText {
  const rows = map.rows.flatMap((row) =>
    isWithoutBars(row)
      ? [[row.label, emptyRowText(row), "–", "–", "0 of 0", "0", "–", ""]]
      : row.cells.filter(({ expected }) => expected > 0).map((cell) => [
        row.label,
        hoursOf(cell),
        Number.isNaN(cell.value) ? "–" : signed(cell.value),
        Number.isNaN(cell.lo) ? "–" : `${signed(cell.lo)} to ${signed(cell.hi)}`,
        `${cell.n} of ${cell.expected}`,
        `${cell.days}`,
        Number.isNaN(cell.adjusted) ? "–" : pText(cell.adjusted),
        cell.isStarred ? "★" : "",
      ])
  );
  return {
    caption: `By the hour in ${cityOf(map.timeZone)}`,
    columns: [
      options.timeframe === undefined ? "bars" : "weekday",
      "hour",
      "r",
      "95 % interval",
      "n of expected",
      "days",
      "p, corrected",
      "",
    ],
    rows,
  };
}

/** `09:00–10:00`. */
function hoursOf({ hour, hours }: MapCell): string {
  return `${twoDigits(hour)}:00–${twoDigits(hour + hours)}:00`;
}

function twoDigits(hour: number): string {
  return String(hour).padStart(2, "0");
}

/** `.62`, `−.08`, `1.00`. */
function shortOf(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 && text !== "0.00" ? "−" : ""}${text.replace(/^0/, "")}`;
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** `Chicago` of `America/Chicago`. */
export function cityOf(timeZone: string): string {
  return timeZone.slice(timeZone.lastIndexOf("/") + 1).replaceAll("_", " ");
}
