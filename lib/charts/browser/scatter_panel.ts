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
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { SVG, svgElement } from "./svg_element.ts";

const STYLE = `
.panel{padding:6px 8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:13px}
.choice{margin:4px 0;font-size:13px;line-height:1.4}
.note{color:var(--faint)}
svg{display:block;max-width:none;touch-action:pan-y;cursor:crosshair}`;

const LEAST_WIDTH = 240, MOST_WIDTH = 900;
/** A shorter drag is a click, which takes the choice away. */
const LEAST_DRAG_PX = 4;

/** What the reader has chosen; kept under the panel's id. */
interface Choice {
  readonly box?: ReturnsBox;
  readonly preset?: string;
}

/** Returns against returns: a rectangle drawn over points marks their bars in the charts of the page. */
export class ScatterPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<ScatterSetting>;
  readonly #badge = element("span", "badge");
  readonly #select = element("select");
  readonly #choice = element("div", "choice");
  readonly #plot = element("div");
  readonly #note = element("div", "note");
  #data: ScatterData | undefined;
  #source = "";
  #width: number;
  #isMarking = false;
  /** Rows chosen, for checks. */
  rows: readonly number[] = [];

  constructor(context: PanelContext<ScatterSetting>) {
    const { root, setting: { theme, names }, id, width, guard } = context;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const panel = element("div", "panel");
    panel.style.setProperty("--faint", theme.faintText);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", `Returns of ${names.first} against ${names.second}`);
    const label = element("label", "", "Mark ");
    for (const preset of SCATTER_PRESETS) this.#select.append(element("option", "", preset));
    label.append(this.#select);
    this.#select.addEventListener(
      "change",
      () => guard(() => this.#choose({ preset: this.#select.value })),
    );
    const legend = element("span");
    for (const { symbol, name, colour } of partSigns(theme)) {
      const sign = element("span", "", `${symbol} ${name}  `);
      sign.style.color = colour;
      legend.append(sign);
    }
    const header = element("header");
    header.append(
      element("b", "", `${names.first} against ${names.second}`),
      label,
      legend,
      this.#badge,
      exportButtons({
        onCsv: () => guard(() => this.#saveCsv()),
        onPng: () => guard(() => this.#savePng()),
      }),
    );
    this.#choice.setAttribute("aria-live", "polite");
    panel.append(header, this.#choice, this.#plot, this.#note);
    root.replaceChildren(styleElement(panelStyle(theme) + TOOLBAR_STYLE + STYLE), panel);
  }

  feed(packet: unknown): void {
    const { source } = packet as ScatterPacket;
    this.#data = unpackScatter(packet as ScatterPacket);
    this.#source = this.#badge.textContent = this.#badge.dataset.source = source;
    this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  dispose(): void {
    this.#mark([]);
  }

  get #kept(): Choice {
    const kept = this.#context.page.state.get(this.id) as Choice | undefined;
    return kept ?? {};
  }

  #choose(choice: Choice): void {
    this.#context.page.state.set(this.id, choice);
    this.#draw();
  }

  #draw(): void {
    const data = this.#data;
    if (data === undefined) return;
    const startedAt = performance.now();
    const { setting } = this.#context, { names, theme } = setting;
    const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, this.#width - 16));
    const frame = scatterBox(data.reach, width);
    const { box, preset = SCATTER_PRESETS[0] } = this.#kept;
    this.rows = box === undefined ? presetRows(data.points, preset) : rowsWithin(data.points, box);
    this.#select.value = box === undefined ? preset : SCATTER_PRESETS[0];
    const svg = svgElement(scatterParts(data, frame, { names, theme }).join(""), {
      width,
      height: SCATTER_PX,
    });
    svg.setAttribute("font-family", theme.fontFamily);
    svg.setAttribute("aria-label", `Returns of ${names.first} against ${names.second}`);
    svg.append(ring(data, this.rows, frame, theme.text));
    if (box !== undefined) svg.append(boxOf(box, frame, theme.text));
    this.#followDrag(svg, frame);
    this.#plot.replaceChildren(svg);
    this.#choice.textContent = this.rows.length === 0
      ? "Draw a rectangle over points to see when they were."
      : choiceText(data.points, this.rows, names);
    this.#note.textContent = drawnText(data);
    this.#mark(this.rows);
    this.#context.drawn(performance.now() - startedAt);
  }

  /** Marks the bars of the rows in the charts; takes away only what it marked itself. */
  #mark(rows: readonly number[]): void {
    if (rows.length === 0 && !this.#isMarking) return;
    this.#isMarking = rows.length > 0;
    highlightSpans(this.#context.page, spansOf(this.#data!.points, rows));
  }

  #followDrag(svg: SVGSVGElement, frame: PlotBox): void {
    const { guard, setting } = this.#context;
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
        this.#choose(isDrag ? { box: returnsOf(begin, end, frame) } : {});
      });
    });
  }

  #saveCsv(): void {
    const { names, pair } = this.#context.setting, data = this.#data;
    if (data === undefined) return;
    const { points } = data;
    const rows = this.rows.length === 0 ? Array.from(points.x.keys()) : this.rows;
    const head = ["openTime", names.first, names.second, "part", "source"];
    const parts = partSigns(this.#context.setting.theme);
    saveCsv(
      [pair, "returns", this.#source],
      csvOf(
        head,
        rows.map((row) => [
          new Date(points.openTime[row]!).toISOString(),
          points.y[row]!,
          points.x[row]!,
          parts[points.part[row]!]!.name,
          this.#source,
        ]),
      ),
    );
  }

  #savePng(): void {
    const { theme, pair } = this.#context.setting;
    const drawings = this.#plot.querySelectorAll<SVGSVGElement>(":scope > svg");
    saveSvg([pair, "returns", this.#source], [...drawings], this.#plot, theme, [
      `Returns of ${pair} · ${this.#source.toUpperCase()}`,
      this.#choice.textContent ?? "",
    ]);
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
