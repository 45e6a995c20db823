/** A point in CSS px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Path data in whole tenths of a px, each step relative to the last: a third of the bytes of absolute decimals.
 * Draw it inside `transform="scale(.1)"`, with widths ten times as large. Rounding does not add up, for steps are
 * taken between rounded points.
 */
export class TenthsPath {
  #x = 0;
  #y = 0;
  readonly #parts: string[] = [];

  /** A vertical stroke, drawn from the end that is nearer to the last point: its step has fewer digits. */
  stroke(x: number, from: number, to: number): void {
    const isNearer = Math.abs(tenths(from) - this.#y) <= Math.abs(tenths(to) - this.#y);
    this.#move(x, isNearer ? from : to);
    const end = tenths(isNearer ? to : from);
    this.#parts.push(`v${end - this.#y}`);
    this.#y = end;
  }

  /** A straight stroke. */
  segment(from: Point, to: Point): void {
    this.#move(from.x, from.y);
    this.#parts.push(`l${this.#step(to)}`);
  }

  /** A line through the points. */
  polyline(points: readonly Point[]): void {
    if (points.length === 0) return;
    this.#move(points[0]!.x, points[0]!.y);
    let command = "l";
    for (let i = 1; i < points.length; i++) {
      const step = this.#step(points[i]!);
      this.#parts.push(command === "l" || step.startsWith("-") ? command + step : ` ${step}`);
      command = "";
    }
    // A lone point is a dot: round caps draw a line of no length.
    if (points.length === 1) this.#parts.push("h0");
  }

  /** A filled outline: the line through the points, closed. */
  polygon(points: readonly Point[]): void {
    this.polyline(points);
    this.#parts.push("z");
    const [first] = points;
    if (first !== undefined) [this.#x, this.#y] = [tenths(first.x), tenths(first.y)];
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  toString(): string {
    return this.#parts.join("");
  }

  #move(x: number, y: number): void {
    this.#parts.push(`m${this.#step({ x, y })}`);
  }

  #step({ x, y }: Point): string {
    const toX = tenths(x), toY = tenths(y);
    const dx = toX - this.#x, dy = toY - this.#y;
    [this.#x, this.#y] = [toX, toY];
    return dy < 0 ? `${dx}${dy}` : `${dx} ${dy}`;
  }
}

function tenths(px: number): number {
  // Plus 0 turns −0 into 0.
  return Math.round(10 * px) + 0;
}

/**
 * Fewer points for the same line: those are left out that lie within `tolerance` px of the line without them
 * (Ramer, Douglas and Peucker). Peaks stay.
 */
export function simplify(points: readonly Point[], tolerance = 0.3): Point[] {
  if (points.length < 3) return [...points];
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const spans: [number, number][] = [[0, points.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [first, last] = span;
    const far = farthest(points, first, last);
    if (far.distance <= tolerance) continue;
    keep[far.index] = 1;
    spans.push([first, far.index], [far.index, last]);
  }
  return points.filter((_, i) => keep[i] === 1);
}

/** The point farthest from the line between two others; beyond its ends, from the nearer one. */
function farthest(points: readonly Point[], first: number, last: number) {
  const a = points[first]!, b = points[last]!;
  const dx = b.x - a.x, dy = b.y - a.y;
  const square = dx * dx + dy * dy;
  let index = first, distance = 0;
  for (let i = first + 1; i < last; i++) {
    const x = points[i]!.x - a.x, y = points[i]!.y - a.y;
    const along = square > 0 ? Math.min(1, Math.max(0, (x * dx + y * dy) / square)) : 0;
    const off = Math.hypot(x - along * dx, y - along * dy);
    if (off > distance) [index, distance] = [i, off];
  }
  return { index, distance };
}
