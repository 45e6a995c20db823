import { pairRow } from "../../sync/pair_row.ts";
import type { MarketMatrix } from "../../sync/studies/market_matrix.ts";
import { type MatrixLayout, matrixLayout, matrixParts, type MatrixView } from "../matrix_figure.ts";
import { matrixPairText, pairName } from "../matrix_text.ts";
import { type MatrixPacket, type MatrixSetting, unpackMatrix } from "../matrix_view.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { svgElement } from "./svg_element.ts";

const STYLE = `
.panel{padding:6px 8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:13px}
.pair{margin:6px 0;font-size:13px;min-height:18px}
.plot{overflow-x:auto;overscroll-behavior-x:contain}
svg{display:block;max-width:none;cursor:pointer}`;

/** What the reader looks at; kept under the panel's id. */
interface Kept {
  readonly view?: MatrixView;
  /** Places in the order of the picture. */
  readonly cell?: readonly [number, number];
}

/** The matrix of all markets: a cell is opened by a click, or by the arrow keys, and says what its pair is. */
export class MatrixPanel implements LivePanel {
  readonly id: string;
  readonly #context: PanelContext<MatrixSetting>;
  readonly #badge = element("span", "badge");
  readonly #view = element("select");
  readonly #pair = element("div", "pair");
  readonly #plot = element("div", "plot");
  #packet: MatrixPacket | undefined;
  #found: MarketMatrix | undefined;
  #layout: MatrixLayout | undefined;
  #width: number;

  constructor(context: PanelContext<MatrixSetting>) {
    const { root, setting: { theme }, id, width, guard } = context;
    this.id = id;
    this.#context = context;
    this.#width = width;
    const panel = element("div", "panel");
    panel.style.setProperty("--faint", theme.faintText);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", "Correlation matrix");
    const label = element("label", "", "Show ");
    for (const [value, text] of VIEWS) {
      const option = element("option", "", text);
      option.value = value;
      this.#view.append(option);
    }
    label.append(this.#view);
    this.#view.addEventListener(
      "change",
      () => guard(() => this.#keep({ view: this.#view.value as MatrixView })),
    );
    const header = element("header");
    header.append(
      label,
      this.#badge,
      exportButtons({
        onCsv: () => guard(() => this.#saveCsv()),
        onPng: () => guard(() => this.#savePng()),
      }),
    );
    this.#pair.setAttribute("aria-live", "polite");
    this.#plot.tabIndex = 0;
    this.#plot.setAttribute("role", "group");
    this.#plot.setAttribute("aria-label", "Cells; the arrow keys go from pair to pair");
    this.#plot.addEventListener("click", (event) => guard(() => this.#onClick(event)));
    this.#plot.addEventListener("keydown", (event) => guard(() => this.#onKey(event)));
    panel.append(header, this.#pair, this.#plot);
    root.replaceChildren(styleElement(panelStyle(theme) + TOOLBAR_STYLE + STYLE), panel);
  }

  feed(packet: unknown): void {
    this.#packet = packet as MatrixPacket;
    this.#found = unpackMatrix(this.#packet);
    this.#badge.textContent = this.#badge.dataset.source = this.#packet.source;
    this.#draw();
  }

  resize(width: number): void {
    if (width === this.#width) return;
    this.#width = width;
    this.#draw();
  }

  recolour(): void {
    this.#draw();
  }

  dispose(): void {}

  get #kept(): Kept {
    return this.#context.page.state.get(this.id) as Kept | undefined ?? {};
  }

  #keep(change: Kept): void {
    this.#context.page.state.set(this.id, { ...this.#kept, ...change });
    this.#draw();
  }

  #draw(): void {
    const found = this.#found, packet = this.#packet;
    if (found === undefined || packet === undefined) return;
    const startedAt = performance.now();
    const { theme } = this.#context.setting, { labels } = packet;
    const { view = "correlation", cell } = this.#kept;
    this.#view.value = view;
    const layout = this.#layout = matrixLayout(labels, this.#width - 16);
    const marked = cell === undefined ? "" : ringOf(cell, layout, theme.text);
    const content = matrixParts(found, labels, layout, { view, theme }).join("") + marked;
    const svg = svgElement(content, layout);
    svg.setAttribute("font-family", theme.fontFamily);
    svg.setAttribute("aria-label", `Correlations of ${labels.length} markets`);
    const { scrollLeft } = this.#plot;
    this.#plot.replaceChildren(svg);
    this.#plot.scrollLeft = scrollLeft;
    this.#pair.textContent = this.#pairText(view);
    this.#context.drawn(performance.now() - startedAt);
  }

  #pairText(view: MatrixView): string {
    const found = this.#found!, { labels, partialNote } = this.#packet!;
    const note = view === "partial" ? partialNote : "";
    const { cell } = this.#kept;
    if (cell === undefined) return note || "Open a cell by a click or the arrow keys.";
    const [i, j] = cell.map((place) => found.order[place]);
    if (i === undefined || j === undefined || i === j) return note;
    const row = pairRow(i, j, labels.length);
    return `${note} ${matrixPairText(found, row, labels)}`.trim();
  }

  #onClick(event: MouseEvent): void {
    const svg = this.#plot.querySelector("svg"), layout = this.#layout;
    if (svg === null || layout === undefined) return;
    const { left, top } = svg.getBoundingClientRect();
    const column = Math.floor((event.clientX - left - layout.left) / layout.cell);
    const line = Math.floor((event.clientY - top - layout.top) / layout.cell);
    this.#open(line, column);
  }

  #onKey(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const [line, column] = this.#kept.cell ?? [0, 0];
    const [down, right] = step;
    // The diagonal is stepped over.
    const isSame = line + down === column + right;
    this.#open(line + down * (isSame ? 2 : 1), column + right * (isSame ? 2 : 1));
  }

  #open(line: number, column: number): void {
    const markets = this.#packet?.labels.length ?? 0;
    const isInside = [line, column].every((place) => place >= 0 && place < markets);
    if (isInside && line !== column) this.#keep({ cell: [line, column] });
  }

  #saveCsv(): void {
    const found = this.#found, packet = this.#packet;
    if (found === undefined || packet === undefined) return;
    const { r, lo, hi, n, expected, partial } = found;
    saveCsv(
      ["matrix", this.#context.setting.timeframe, packet.source],
      csvOf(
        ["pair", "r", "lo", "hi", "n", "expected", "partial", "source"],
        [...r.keys()].map((row) => [
          pairName(row, packet.labels),
          r[row]!,
          lo[row]!,
          hi[row]!,
          n[row]!,
          expected[row]!,
          partial[row]!,
          packet.source,
        ]),
      ),
    );
  }

  #savePng(): void {
    const { theme, timeframe } = this.#context.setting;
    const source = this.#packet?.source ?? "";
    const drawings = this.#plot.querySelectorAll<SVGSVGElement>(":scope > svg");
    saveSvg(["matrix", timeframe, source], [...drawings], this.#plot, theme, [
      `Correlations of ${timeframe} returns · ${source.toUpperCase()}`,
      this.#pair.textContent ?? "",
    ]);
  }
}

const VIEWS: readonly (readonly [MatrixView, string])[] = [
  ["correlation", "correlation"],
  ["partial", "partial: all others held fixed"],
];

/** Lines down and columns to the right. */
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function ringOf([line, column]: readonly [number, number], layout: MatrixLayout, colour: string) {
  const { left, top, cell } = layout;
  return `<rect x="${left + column * cell}" y="${top + line * cell}" width="${cell - 1}" height="${
    cell - 1
  }" style="stroke:${colour};stroke-width:2;fill:none"/>`;
}
