import type { Theme } from "../theme.ts";

/** Where time stands in a plot, CSS px from its left edge, and how high the line through it is. */
export interface TimeArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  xOf(time: number): number;
  timeAt(x: number): number;
}

/** A dashed line through a plot at the moment that any panel of the page points at. */
export class CursorLine {
  readonly #svg: SVGSVGElement;
  readonly #area: TimeArea;
  readonly #line = document.createElementNS("http://www.w3.org/2000/svg", "line");

  constructor(svg: SVGSVGElement, area: TimeArea, { faintText }: Theme) {
    this.#svg = svg;
    this.#area = area;
    svg.append(this.#line);
    const fixed = { stroke: faintText, "stroke-dasharray": "3 3", y1: area.top, y2: area.bottom };
    for (const [name, value] of Object.entries(fixed)) this.#line.setAttribute(name, String(value));
    this.show(undefined);
  }

  show(time: number | undefined): void {
    const x = time === undefined ? NaN : this.#area.xOf(time);
    const isIn = x >= this.#area.left && x <= this.#area.right;
    this.#line.style.display = isIn ? "" : "none";
    if (!isIn) return;
    this.#line.setAttribute("x1", String(x));
    this.#line.setAttribute("x2", String(x));
  }

  /** The moment under the pointer. */
  timeOf(event: PointerEvent): number {
    const x = event.clientX - this.#svg.getBoundingClientRect().left;
    return this.#area.timeAt(Math.min(this.#area.right, Math.max(this.#area.left, x)));
  }
}
