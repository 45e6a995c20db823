import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  SeriesAttachedParameter,
  Time,
} from "lightweight-charts";
import { HIGH_VOLUME, SPIKE_VOLUME } from "../chart_numbers.ts";
import type { Theme } from "../theme.ts";

type Target = Parameters<IPrimitivePaneRenderer["draw"]>[0];

/** A bar of volume well above its average. */
export interface VolumeSpike {
  readonly volume: number;
  /** Volume over its average. */
  readonly ratio: number;
}

/** Height of a mark, and least distance of two labels, which are `2.3x`, CSS px. */
const MARK_PX = 5;
const APART_PX = 26;
/** Room for a bar below which there is none for a triangle, CSS px. */
const NARROW_PX = 3;

/** `2.3x` */
export function ratioText(ratio: number): string {
  return `${ratio.toFixed(1)}x`;
}

/** The spike that a bar is; undefined for others, and where the average is not known. */
export function spikeOf(volume: number, average: number): VolumeSpike | undefined {
  const ratio = volume / average;
  return average > 0 && ratio > HIGH_VOLUME ? { volume, ratio } : undefined;
}

/**
 * Tags volume above 1.5 times its average with a hollow triangle, above twice with a full one, and writes how many
 * times it is where there is room: for those above twice first. Bars that are too narrow for a triangle have only the
 * full ones.
 */
export class SpikeMarks implements ISeriesPrimitive<Time> {
  #theme: Theme;
  #spikes: Map<number, VolumeSpike> = new Map();
  #attached: SeriesAttachedParameter<Time> | undefined;
  readonly #views: readonly IPrimitivePaneView[] = [{
    zOrder: () => "normal",
    renderer: () => ({ draw: (target) => this.#draw(target) }),
  }];

  constructor(theme: Theme) {
    this.#theme = theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#attached?.requestUpdate();
  }

  /** By row of the axis. */
  set(spikes: Map<number, VolumeSpike>): void {
    this.#spikes = spikes;
    this.#attached?.requestUpdate();
  }

  move(row: number, spike: VolumeSpike | undefined): void {
    if (spike === undefined) this.#spikes.delete(row);
    else this.#spikes.set(row, spike);
    this.#attached?.requestUpdate();
  }

  /** How many; for checks. */
  get count(): number {
    return this.#spikes.size;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  #draw(target: Target): void {
    const scale = this.#attached?.chart.timeScale();
    if (scale === undefined) return;
    target.useMediaCoordinateSpace(({ context, mediaSize: { width } }) => {
      const least = scale.options().barSpacing < NARROW_PX ? SPIKE_VOLUME : HIGH_VOLUME;
      const seen = [...this.#spikes].flatMap(([row, { volume, ratio }]) => {
        if (!(ratio > least)) return [];
        const x = scale.logicalToCoordinate(row as Logical) ?? NaN;
        const y = this.#attached?.series.priceToCoordinate(volume) ?? NaN;
        return x > -9 && x < width + 9 && y === y ? [{ x, y: Math.max(18, y), ratio }] : [];
      });
      context.save();
      context.font = `10px ${this.#theme.fontFamily}`;
      context.textAlign = "center";
      context.fillStyle = context.strokeStyle = this.#theme.text;
      const taken: number[] = [];
      for (const { x, y, ratio } of seen.toSorted((a, b) => b.ratio - a.ratio)) {
        context.beginPath();
        context.moveTo(x - 3, y - 2);
        context.lineTo(x + 3, y - 2);
        context.lineTo(x, y - 2 - MARK_PX);
        context.closePath();
        if (ratio > SPIKE_VOLUME) context.fill();
        else context.stroke();
        if (taken.some((other) => Math.abs(other - x) < APART_PX)) continue;
        taken.push(x);
        context.fillText(ratioText(ratio), x, y - MARK_PX - 4);
      }
      context.restore();
    });
  }
}
