import type { Theme } from "../theme.ts";
import { coordinateOf, type Pane, PaneMarks } from "./pane_marks.ts";

/** A measurement at its place on an axis. */
export interface PlacedMeasurement {
  readonly from: number;
  readonly to: number;
  readonly fromPrice: number;
  readonly toPrice: number;
  readonly lines: readonly string[];
}

const LINE_PX = 15;
const ROOM_PX = 6;

/** Draws a measurement: the field between its points, an arrow from one to the other, and what lies between. */
export class MeasureMarks extends PaneMarks {
  #placed: PlacedMeasurement | undefined;

  constructor(theme: Theme) {
    super(theme, "top");
  }

  set placed(placed: PlacedMeasurement | undefined) {
    this.#placed = placed;
    this.changed();
  }

  get placed(): PlacedMeasurement | undefined {
    return this.#placed;
  }

  protected override draw({ context, width, height, scale, yOf }: Pane): void {
    const placed = this.#placed;
    if (placed === undefined) return;
    const x = coordinateOf(scale, placed.from), y = yOf(placed.fromPrice);
    const toX = coordinateOf(scale, placed.to), toY = yOf(placed.toPrice);
    const { up, down, text, background, fontFamily } = this.theme;
    const ink = placed.toPrice >= placed.fromPrice ? up : down;
    context.fillStyle = `${ink}26`;
    context.fillRect(x, y, toX - x, toY - y);
    context.strokeStyle = ink;
    context.strokeRect(x, y, toX - x, toY - y);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(toX, toY);
    const turn = Math.atan2(toY - y, toX - x);
    for (const side of [-2.6, 2.6]) {
      context.moveTo(toX, toY);
      context.lineTo(toX + 8 * Math.cos(turn + side), toY + 8 * Math.sin(turn + side));
    }
    context.stroke();
    context.font = `12px ${fontFamily}`;
    const room = Math.max(...placed.lines.map((line) => context.measureText(line).width));
    const boxWidth = room + 2 * ROOM_PX;
    const boxHeight = placed.lines.length * LINE_PX + ROOM_PX;
    const within = (at: number, most: number) => Math.max(2, Math.min(most - 2, at));
    const left = within((x + toX - boxWidth) / 2, width - boxWidth);
    const above = Math.min(y, toY) - boxHeight - 4, below = Math.max(y, toY) + 4;
    const top = within(toY <= y ? above : below, height - boxHeight);
    context.fillStyle = background;
    context.fillRect(left, top, boxWidth, boxHeight);
    context.strokeRect(left, top, boxWidth, boxHeight);
    context.fillStyle = text;
    context.textBaseline = "top";
    placed.lines.forEach((line, i) =>
      context.fillText(line, left + ROOM_PX, top + ROOM_PX / 2 + 2 + i * LINE_PX)
    );
  }
}
