import type { Logical } from "lightweight-charts";
import { HIGH_VOLUME, SPIKE_VOLUME } from "../chart_numbers.ts";
import type { Theme } from "../theme.ts";
import { type Pane, PaneMarks } from "./pane_marks.ts";

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

/** Where the middle of a label stands so that none of it is cut off at an edge, CSS px. */
export function labelMiddle(x: number, labelWidth: number, paneWidth: number): number {
  const half = labelWidth / 2 + 1;
  return Math.max(half, Math.min(paneWidth - half, x));
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
export class SpikeMarks extends PaneMarks {
  #spikes: Map<number, VolumeSpike> = new Map();

  constructor(theme: Theme) {
    super(theme, "normal");
  }

  /** By row of the axis. */
  set(spikes: Map<number, VolumeSpike>): void {
    this.#spikes = spikes;
    this.changed();
  }

  move(row: number, spike: VolumeSpike | undefined): void {
    if (spike === undefined) this.#spikes.delete(row);
    else this.#spikes.set(row, spike);
    this.changed();
  }

  /** How many; for checks. */
  get count(): number {
    return this.#spikes.size;
  }

  protected override draw({ context, width, scale, yOf }: Pane): void {
    const least = scale.options().barSpacing < NARROW_PX ? SPIKE_VOLUME : HIGH_VOLUME;
    const seen = [...this.#spikes].flatMap(([row, { volume, ratio }]) => {
      if (!(ratio > least)) return [];
      const x = scale.logicalToCoordinate(row as Logical) ?? NaN;
      const y = yOf(volume);
      return x > -9 && x < width + 9 && y === y ? [{ x, y: Math.max(18, y), ratio }] : [];
    });
    context.font = `10px ${this.theme.fontFamily}`;
    context.textAlign = "center";
    context.fillStyle = context.strokeStyle = this.theme.text;
    const taken: number[] = [];
    for (const { x, y, ratio } of seen.toSorted((a, b) => b.ratio - a.ratio)) {
      context.beginPath();
      context.moveTo(x - 3, y - 2);
      context.lineTo(x + 3, y - 2);
      context.lineTo(x, y - 2 - MARK_PX);
      context.closePath();
      if (ratio > SPIKE_VOLUME) context.fill();
      else context.stroke();
      const text = ratioText(ratio);
      const middle = labelMiddle(x, context.measureText(text).width, width);
      if (taken.some((other) => Math.abs(other - middle) < APART_PX)) continue;
      taken.push(middle);
      context.fillText(text, middle, y - MARK_PX - 4);
    }
  }
}
