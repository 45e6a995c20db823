import { type ChartOptions, type DeepPartial, TickMarkType } from "lightweight-charts";
import { SECOND } from "../../model/time.ts";
import type { Theme } from "../theme.ts";

/** Room for a second price axis, CSS px. */
export const LEFT_AXIS_PX = 72;

/** Colours of the candles. */
export function candleColours({ up, down }: Theme) {
  return {
    upColor: up,
    wickUpColor: up,
    borderUpColor: up,
    downColor: down,
    wickDownColor: down,
    borderDownColor: down,
  };
}

/** What of a chart is a colour. */
export function chartColours(
  { background, text, faintText, grid }: Theme,
): DeepPartial<ChartOptions> {
  const cross = { labelBackgroundColor: faintText, color: faintText };
  return {
    layout: {
      background: { color: background },
      textColor: text,
      panes: { separatorColor: grid, separatorHoverColor: `${faintText}40` },
    },
    grid: { vertLines: { color: grid }, horzLines: { color: grid } },
    crosshair: { vertLine: cross, horzLine: cross },
    rightPriceScale: { borderColor: grid },
    leftPriceScale: { borderColor: grid },
    timeScale: { borderColor: grid },
  };
}

/** @param hasTimes whether it writes the times. */
export function chartOptions(colours: Theme, hasTimes: boolean): DeepPartial<ChartOptions> {
  const { layout, crosshair, rightPriceScale, leftPriceScale, timeScale, grid } = chartColours(
    colours,
  );
  return {
    grid: grid!,
    layout: {
      ...layout,
      fontFamily: colours.fontFamily,
      // Their mark lies on the bars, once a chart. The panel has the link that the licence asks for.
      attributionLogo: false,
    },
    // 0: the crosshair goes where the pointer is, not to the nearest close.
    crosshair: { ...crosshair, mode: 0 },
    rightPriceScale: { ...rightPriceScale, minimumWidth: 72, entireTextOnly: true },
    leftPriceScale: {
      ...leftPriceScale,
      minimumWidth: LEFT_AXIS_PX,
      entireTextOnly: true,
      visible: false,
    },
    timeScale: {
      ...timeScale,
      tickMarkFormatter: tickText,
      visible: hasTimes,
      timeVisible: true,
      secondsVisible: false,
      // The panel moves all its charts itself.
      shiftVisibleRangeOnNewBar: false,
      minBarSpacing: 0.3,
      // Longer prices widen the price axis; what the reader looks at stays.
      lockVisibleTimeRangeOnResize: true,
    },
    // A finger that goes up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    localization: { locale: "en-US", timeFormatter: crosshairTime },
  };
}

/** `14:35`; `12-01` where a day begins, `2025` where a year does. */
function tickText(time: unknown, type: TickMarkType): string {
  const text = new Date(Number(time) * SECOND).toISOString();
  switch (type) {
    case TickMarkType.Year:
      return text.slice(0, 4);
    case TickMarkType.Month:
    case TickMarkType.DayOfMonth:
      return text.slice(5, 10);
    default:
      return text.slice(11, 16);
  }
}

/** `2025-12-01 14:35 UTC` */
function crosshairTime(time: unknown): string {
  const text = new Date(Number(time) * SECOND).toISOString();
  return `${text.slice(0, 16).replace("T", " ")} UTC`;
}
