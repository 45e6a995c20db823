import { formatUtc } from "../../model/time.ts";
import type { BarTimeframe } from "../../model/timeframe.ts";
import type { ChartNumbers } from "../chart_numbers.ts";
import type { ChartOverlay } from "../chart_overlay.ts";
import type { Theme } from "../theme.ts";
import type { ChartSeries } from "../trading_view.ts";
import type { TimeframeView } from "./bar_store.ts";
import type { CandleChart } from "./candle_chart.ts";
import { csvOf, sheetOf } from "./download.ts";

/** Room for the line above each chart in a saved picture. */
const CAPTION_PX = 18;

/** One instrument as it is shown. */
export interface ShownSeries {
  readonly id: string;
  readonly source: ChartSeries["source"];
  readonly view: TimeframeView;
  readonly numbers: ChartNumbers;
}

/** The bars that are shown, with the lines over them; unknown numbers are empty. */
export function chartCsv(
  timeframe: BarTimeframe,
  shown: readonly ShownSeries[],
  { vwap, obv }: ChartOverlay,
): string {
  const head = ["instrument", "timeframe", "time", "open", "high", "low", "close", "volume"];
  const lines = ["volume_average", ...vwap ? ["vwap"] : [], ...obv ? ["obv"] : []];
  const rows = shown.flatMap(({ id, source, view: { bars, isForming }, numbers }) =>
    bars.map((bar, row) => [
      id,
      timeframe,
      new Date(bar.openTime).toISOString(),
      bar.open,
      bar.high,
      bar.low,
      bar.close,
      bar.volume,
      numbers.average[row]!,
      ...vwap ? [numbers.vwap[row]!] : [],
      ...obv ? [numbers.obv[row]!] : [],
      isForming && row === bars.length - 1 ? "forming" : "closed",
      source,
    ])
  );
  return csvOf([...head, ...lines, "state", "source"], rows);
}

/** The charts below each other, each under its legend. */
export function chartPicture(
  charts: readonly CandleChart[],
  colours: Theme,
  timeframe: BarTimeframe,
  updatedAt: number,
): HTMLCanvasElement {
  const pictures = charts.map((chart) => chart.picture());
  const height = pictures.reduce((sum, one) => sum + one.height + CAPTION_PX, 0);
  const width = Math.max(...pictures.map((one) => one.width));
  const said = `${timeframe} bars, up to ${formatUtc(updatedAt)}`;
  const sheet = sheetOf(width, height, colours, [`Comove · ${said}`]);
  const context = sheet.getContext("2d")!;
  let y = CAPTION_PX + 8;
  for (const [i, { canvas, width, height }] of pictures.entries()) {
    context.fillText(charts[i]!.caption, 8, y + 14, width - 16);
    context.drawImage(canvas, 0, y + CAPTION_PX, width, height);
    y += height + CAPTION_PX;
  }
  return sheet;
}
