import {
  choiceText,
  presetRows,
  type ReturnsBox,
  rowsWithin,
  SCATTER_PRESETS,
  spansOf,
} from "../scatter_choice.ts";
import {
  drawnText,
  pointsPath,
  SCATTER_PX,
  scatterBox,
  type ScatterData,
  scatterParts,
} from "../scatter_figure.ts";
import { type ScatterPacket, type ScatterSetting, unpackScatter } from "../scatter_view.ts";
import { partSigns } from "../part_signs.ts";
import { placesIn, type PlotBox } from "../plot_box.ts";
import { highlightSpans } from "./chart_places.ts";
import { choiceList, DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { SVG, svgElement } from "./svg_element.ts";

const STYLE = `
.choice{margin:4px 0;font-size:13px;line-height:1.4}
svg{touch-action:pan-y;cursor:crosshair}`;

const LEAST_WIDTH = 240, MOST_WIDTH = 900;
/** A shorter drag is a click, which takes the choice away. */
const LEAST_DRAG_PX = 4;

/** What the reader has chosen; kept under the panel's id. */
interface Choice {
  readonly box?: ReturnsBox;
  readonly preset?: string;
}

/** Returns against returns: a rectangle drawn over points marks their bars in the charts of the page. */
export class ScatterPanel extends DrawnPanel<ScatterSetting, ScatterPacket> {
  readonly #list = choiceList("Mark", SCATTER_PRESETS.map((preset) => [preset, preset]));
  readonly #choice = element("div", "choice");
  readonly #note = element("div", "note");
  #data: ScatterData | undefined;
  #isMarking = false;
  /** Rows chosen, for checks. */
  chosen: readonly number[] = [];

  constructor(context: PanelContext<ScatterSetting>) {
    super(context);
    const { names, theme } = context.setting, { label, select } = this.#list;
    this.on(select, "change", () => this.keep({ preset: select.value }));
    const legend = element("span");
    for (const { symbol, name, colour } of partSigns(theme)) {
      const sign = element("span", "", `${symbol} ${name}  `);
      sign.style.color = colour;
      legend.append(sign);
    }
    this.#choice.setAttribute("aria-live", "polite");
    this.layOut({
      name: `Returns of ${names.first} against ${names.second}`,
      head: [element("b", "", `${names.first} against ${names.second}`), label, legend, this.badge],
      body: [this.#choice, this.plots, this.#note],
      style: STYLE,
    });
  }

  override dispose(): void {
    this.#mark([]);
  }

  protected override take(packet: ScatterPacket): void {
    this.#data = unpackScatter(packet);
  }

  protected draw(): void {
    const { names, theme } = this.context.setting, data = this.#data!, { select } = this.#list;
    const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, this.width - 16));
    const frame = scatterBox(data.reach, width);
    const { box, preset = SCATTER_PRESETS[0] } = (this.kept ?? {}) as Choice;
    this.chosen = box === undefined
      ? presetRows(data.points, preset)
      : rowsWithin(data.points, box);
    select.value = box === undefined ? preset : SCATTER_PRESETS[0];
    const svg = svgElement(scatterParts(data, frame, { names, theme }).join(""), {
      width,
      height: SCATTER_PX,
    });
    svg.setAttribute("font-family", theme.fontFamily);
    svg.setAttribute("aria-label", `Returns of ${names.first} against ${names.second}`);
    svg.append(ring(data, this.chosen, frame, theme.text));
    if (box !== undefined) svg.append(boxOf(box, frame, theme.text));
    this.#followDrag(svg, frame);
    this.plots.replaceChildren(svg);
    this.#choice.textContent = this.chosen.length === 0
      ? "Draw a rectangle over points to see when they were."
      : choiceText(data.points, this.chosen, names);
    this.#note.textContent = drawnText(data);
    this.#mark(this.chosen);
  }

  protected rows(): PanelRows {
    const { names, theme } = this.context.setting, { points } = this.#data!;
    const parts = partSigns(theme);
    const rows = this.chosen.length === 0 ? Array.from(points.x.keys()) : this.chosen;
    return {
      head: ["openTime", names.first, names.second, "part"],
      rows: rows.map((row) => [
        new Date(points.openTime[row]!).toISOString(),
        points.y[row]!,
        points.x[row]!,
        parts[points.part[row]!]!.name,
      ]),
    };
  }

  protected fileName({ source }: ScatterPacket): string[] {
    return [this.context.setting.pair, "returns", source];
  }

  protected override lines({ source }: ScatterPacket): string[] {
    const { pair } = this.context.setting;
    return [`Returns of ${pair} · ${source.toUpperCase()}`, this.#choice.textContent ?? ""];
  }

  /** Marks the bars of the rows in the charts; takes away only what it marked itself. */
  #mark(rows: readonly number[]): void {
    if (rows.length === 0 && !this.#isMarking) return;
    this.#isMarking = rows.length > 0;
    highlightSpans(this.context.page, spansOf(this.#data!.points, rows));
  }

  #followDrag(svg: SVGSVGElement, frame: PlotBox): void {
    const { guard, setting } = this.context;
    let from: { x: number; y: number } | undefined;
    let shape: SVGRectElement | undefined;
    const placeOf = (event: PointerEvent) => {
      const { left, top } = svg.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = placeOf(event);
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (from === undefined) return;
      shape?.remove();
      shape = rectOf(from, placeOf(event), setting.theme.text);
      svg.append(shape);
    });
    svg.addEventListener("pointercancel", () => {
      from = undefined;
      shape?.remove();
    });
    svg.addEventListener("pointerup", (event) => {
      if (from === undefined) return;
      const begin = from, end = placeOf(event);
      from = undefined;
      guard(() => {
        const isDrag = Math.abs(end.x - begin.x) >= LEAST_DRAG_PX &&
          Math.abs(end.y - begin.y) >= LEAST_DRAG_PX;
        this.keep(isDrag ? { box: returnsOf(begin, end, frame) } : {});
      });
    });
  }
}

function ring(
  { points }: ScatterData,
  rows: readonly number[],
  frame: PlotBox,
  colour: string,
): SVGPathElement {
  const path = document.createElementNS(SVG, "path") as SVGPathElement;
  const circle = (x: number, y: number) => `M${x - 45} ${y}a45 45 0 1 0 90 0a45 45 0 1 0 -90 0`;
  path.setAttribute("d", pointsPath(points, rows, frame, circle));
  path.setAttribute("transform", "scale(.1)");
  path.setAttribute("style", `stroke:${colour};stroke-width:12`);
  return path;
}

function boxOf({ x, y }: ReturnsBox, frame: PlotBox, colour: string): SVGRectElement {
  const { xOf, yOf } = placesIn(frame);
  return rectOf({ x: xOf(x[0]), y: yOf(y[1]) }, { x: xOf(x[1]), y: yOf(y[0]) }, colour);
}

function rectOf(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  colour: string,
): SVGRectElement {
  const rect = document.createElementNS(SVG, "rect") as SVGRectElement;
  const place = {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  };
  for (const [name, value] of Object.entries(place)) rect.setAttribute(name, value.toFixed(1));
  rect.setAttribute(
    "style",
    `stroke:${colour};stroke-dasharray:4 3;fill:${colour};fill-opacity:.08`,
  );
  return rect;
}

/** Per cent at two corners. */
function returnsOf(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  { left, right, top, floor, x, y }: PlotBox,
): ReturnsBox {
  const xAt = (px: number) => x[0] + (x[1] - x[0]) * (px - left) / (right - left);
  const yAt = (px: number) => y[0] + (y[1] - y[0]) * (floor - px) / (floor - top);
  return {
    x: [xAt(Math.min(from.x, to.x)), xAt(Math.max(from.x, to.x))],
    y: [yAt(Math.max(from.y, to.y)), yAt(Math.min(from.y, to.y))],
  };
}
