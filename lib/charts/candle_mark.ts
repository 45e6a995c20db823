import type { RenderFunction } from "@observablehq/plot";
import type { Bar } from "../model/bar.ts";
import { tenthsGroup } from "./svg_nodes.ts";
import { TenthsPath } from "./tenths_path.ts";
import type { Theme } from "./theme.ts";
import { isBusy } from "./volume_mean.ts";

/** A bar and where it stands. */
export interface PlacedBar {
  readonly bar: Bar;
  /** Middle of the bar, in the x scale's unit. */
  readonly at: number;
}

export interface CandleMarkOptions {
  readonly theme: Theme;
  /** Length of a bar, in the x scale's unit. */
  readonly slot: number;
  /** CSS px at the bottom that hold the volume bars, each as high as its share of the largest. */
  readonly volumeHeight: number;
}

/** Bodies at least this wide are drawn hollow where the price rose, so that the direction is also a shape. */
const HOLLOW_FROM_PX = 5;
const WIDEST_PX = 17;

interface Strokes {
  readonly wicks: TenthsPath;
  readonly bodies: TenthsPath;
  readonly hollows: TenthsPath;
  readonly volumes: TenthsPath;
  /** Volumes below the usual. */
  readonly quiets: TenthsPath;
}

/**
 * Candles with volume bars beneath, as a mark for Plot: a few paths, however many bars there are (12 bytes a
 * stroke, where Plot's rules take 120). Rising bars are hollow where there is room, and lighter; a bar that is
 * still forming is paler. Volumes above the mean of the 20 bars before are bright, the others faint.
 */
export function candleMark(
  bars: readonly PlacedBar[],
  options: CandleMarkOptions,
): RenderFunction {
  const { theme, slot, volumeHeight } = options;
  return (_index, scales, _values, dimensions, context) => {
    const x = scales.x!, y = scales.y!;
    const pitch = Math.abs(x(slot) - x(0));
    const width = Math.min(WIDEST_PX, Math.max(1, 0.72 * pitch));
    const isHollow = width >= HOLLOW_FROM_PX;
    const base = dimensions.height - dimensions.marginBottom;
    const most = bars.reduce((max, { bar }) => Math.max(max, bar.volume || 0), 0);
    const kinds = new Map<string, Strokes>();
    const volumes = bars.map(({ bar }) => bar.volume);
    for (const [row, { bar, at }] of bars.entries()) {
      const { open, high, low, close, volume } = bar;
      if (![open, high, low, close].every(Number.isFinite)) continue;
      const isUp = close >= open;
      const strokes = strokesOf(kinds, `${isUp ? "up" : "down"}${bar.closed ? "" : " forming"}`);
      const middle = x(at);
      const { top, bottom } = bodyOf(y(Math.max(open, close)), y(Math.min(open, close)));
      if (y(low) - y(high) > bottom - top) strokes.wicks.stroke(middle, y(high), y(low));
      strokes.bodies.stroke(middle, top, bottom);
      if (isHollow && isUp && bottom - top > 2.4) {
        strokes.hollows.stroke(middle, top + 1.2, bottom - 1.2);
      }
      if (volume > 0) {
        const { quiets, volumes: busy } = strokes;
        const path = isBusy(volumes, row) ? busy : quiets;
        path.stroke(middle, base, base - volumeHeight * volume / most);
      }
    }
    const wick = Math.min(1.2, Math.max(0.7, 0.5 * width));
    return tenthsGroup(
      context,
      "candles",
      [...kinds].flatMap(([kind, strokes]) => {
        const stroke = kind.startsWith("up") ? theme.up : theme.down;
        const fade = kind.endsWith("forming") ? 0.55 : 1;
        const path = (name: keyof Strokes, widthPx: number, opacity: number, colour = stroke) => ({
          d: String(strokes[name]),
          class: `${kind} ${name}`,
          stroke: colour,
          "stroke-width": Math.round(10 * widthPx),
          "stroke-opacity": opacity === 1 ? undefined : opacity.toFixed(2),
        });
        return [
          path("quiets", width, 0.32 * fade),
          path("volumes", width, 0.8 * fade),
          path("wicks", wick, fade),
          path("bodies", width, fade),
          ...(isHollow ? [path("hollows", width - 2.4, 1, theme.background)] : []),
        ];
      }),
    );
  };
}

function strokesOf(kinds: Map<string, Strokes>, kind: string): Strokes {
  let strokes = kinds.get(kind);
  if (strokes === undefined) {
    const path = () => new TenthsPath();
    strokes = { wicks: path(), bodies: path(), hollows: path(), volumes: path(), quiets: path() };
    kinds.set(kind, strokes);
  }
  return strokes;
}

/** A body is at least one px high, or an open that equals the close could not be seen. */
function bodyOf(top: number, bottom: number): { top: number; bottom: number } {
  if (bottom - top >= 1) return { top, bottom };
  const middle = (top + bottom) / 2;
  return { top: middle - 0.5, bottom: middle + 0.5 };
}
