import { pairRow } from "../../sync/pair_row.ts";
import type { MarketMatrix } from "../../sync/studies/market_matrix.ts";
import { type MatrixLayout, matrixLayout, matrixParts, type MatrixView } from "../matrix_figure.ts";
import { matrixPairText, pairName } from "../matrix_text.ts";
import { type MatrixPacket, type MatrixSetting, unpackMatrix } from "../matrix_view.ts";
import { choiceList, DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { svgElement } from "./svg_element.ts";

const STYLE = `
.pair{margin:6px 0;font-size:13px;min-height:18px}
.plots{overflow-x:auto;overscroll-behavior-x:contain}
svg{cursor:pointer}`;

/** What the reader looks at; kept under the panel's id. */
interface Kept {
  readonly view?: MatrixView;
  /** Places in the order of the picture. */
  readonly cell?: readonly [number, number];
}

/** The matrix of all markets: a cell is opened by a click, or by the arrow keys, and says what its pair is. */
export class MatrixPanel extends DrawnPanel<MatrixSetting, MatrixPacket> {
  readonly #view = choiceList("Show", VIEWS);
  readonly #pair = element("div", "pair");
  #found: MarketMatrix | undefined;
  #layout: MatrixLayout | undefined;

  constructor(context: PanelContext<MatrixSetting>) {
    super(context);
    const { plots } = this, { label, select } = this.#view;
    this.on(select, "change", () => this.#keep({ view: select.value as MatrixView }));
    this.#pair.setAttribute("aria-live", "polite");
    plots.tabIndex = 0;
    plots.setAttribute("role", "group");
    plots.setAttribute("aria-label", "Cells; the arrow keys go from pair to pair");
    this.on(plots, "click", (event) => this.#onClick(event));
    this.on(plots, "keydown", (event) => this.#onKey(event));
    this.layOut({
      name: "Correlation matrix",
      head: [label, this.badge],
      body: [this.#pair, plots],
      style: STYLE,
    });
  }

  recolour(): void {
    this.redraw();
  }

  protected override take(packet: MatrixPacket): void {
    this.#found = unpackMatrix(packet);
  }

  protected draw({ labels }: MatrixPacket): void {
    const { theme, plots } = this;
    const { view = "correlation", cell } = this.#choice;
    this.#view.select.value = view;
    const layout = this.#layout = matrixLayout(labels, this.width - 16);
    const marked = cell === undefined ? "" : ringOf(cell, layout, theme.text);
    const content = matrixParts(this.#found!, labels, layout, { view, theme }).join("") + marked;
    const svg = svgElement(content, layout);
    svg.setAttribute("font-family", theme.fontFamily);
    svg.setAttribute("aria-label", `Correlations of ${labels.length} markets`);
    const { scrollLeft } = plots;
    plots.replaceChildren(svg);
    plots.scrollLeft = scrollLeft;
    this.#pair.textContent = this.#pairText(view);
  }

  protected rows({ labels }: MatrixPacket): PanelRows {
    const { r, lo, hi, n, expected, partial } = this.#found!;
    return {
      head: ["pair", "r", "lo", "hi", "n", "expected", "partial"],
      rows: [...r.keys()].map((row) => [
        pairName(row, labels),
        r[row]!,
        lo[row]!,
        hi[row]!,
        n[row]!,
        expected[row]!,
        partial[row]!,
      ]),
    };
  }

  protected fileName({ source }: MatrixPacket): string[] {
    return ["matrix", this.context.setting.timeframe, source];
  }

  protected override lines({ source }: MatrixPacket): string[] {
    const { timeframe } = this.context.setting;
    return [
      `Correlations of ${timeframe} returns · ${source.toUpperCase()}`,
      this.#pair.textContent ?? "",
    ];
  }

  get #choice(): Kept {
    return this.kept as Kept | undefined ?? {};
  }

  #keep(change: Kept): void {
    this.keep({ ...this.#choice, ...change });
  }

  #pairText(view: MatrixView): string {
    const found = this.#found!, { labels, partialNote } = this.packet!;
    const note = view === "partial" ? partialNote : "";
    const { cell } = this.#choice;
    if (cell === undefined) return note || "Open a cell by a click or the arrow keys.";
    const [i, j] = cell.map((place) => found.order[place]);
    if (i === undefined || j === undefined || i === j) return note;
    const row = pairRow(i, j, labels.length);
    return `${note} ${matrixPairText(found, row, labels)}`.trim();
  }

  #onClick(event: MouseEvent): void {
    const svg = this.plots.querySelector("svg"), layout = this.#layout;
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
    const [line, column] = this.#choice.cell ?? [0, 0];
    const [down, right] = step;
    // The diagonal is stepped over.
    const isSame = line + down === column + right;
    this.#open(line + down * (isSame ? 2 : 1), column + right * (isSame ? 2 : 1));
  }

  #open(line: number, column: number): void {
    const markets = this.packet?.labels.length ?? 0;
    const isInside = [line, column].every((place) => place >= 0 && place < markets);
    if (isInside && line !== column) this.#keep({ cell: [line, column] });
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
