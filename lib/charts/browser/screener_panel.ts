import {
  FOUND_LEVEL,
  NO_SPARK,
  type PairScreen,
  SPARK,
} from "../../pairs/studies/screened_pairs.ts";
import { halfText, numberText, screenedPair, screenedPairText } from "../screener_text.ts";
import { pText } from "../sentence_text.ts";
import {
  PAIR_EVENT,
  type ScreenerPacket,
  type ScreenerSetting,
  unpackScreener,
} from "../screener_view.ts";
import { DrawnPanel, type PanelRows } from "./drawn_panel.ts";
import type { PanelContext } from "./panel_element.ts";
import { element } from "./panel_style.ts";
import { svgElement } from "./svg_element.ts";

const STYLE = `
input{font:inherit;background:transparent;color:inherit;border:1px solid var(--faint);
  border-radius:4px;padding:3px 8px;width:11em;min-width:0}
.pair{margin:6px 0;font-size:13px}
.rows{max-height:420px;overflow:auto}
table{border-collapse:collapse;width:100%;font-size:13px}
th{position:sticky;top:0;background:var(--back);text-align:right;font-weight:500;padding:0;z-index:1}
th button{background:none;border:0;color:var(--faint);padding:3px 0 3px 10px;width:100%;text-align:right}
th:first-child button{text-align:left;padding-left:0}
td{text-align:right;padding:3px 0 3px 10px;white-space:nowrap}
tr>:first-child{text-align:left;padding-left:0}
tr[aria-selected]{cursor:pointer}
tr[aria-selected=true] td{background:var(--grid)}
tr:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.holds{font-weight:600}
.note{margin-top:4px}
.narrow .wide{display:none}
.narrow tr>:first-child{white-space:normal;position:sticky;left:0;background:var(--back);min-width:7.5em;z-index:1}
.narrow th:first-child{z-index:2}
svg{display:inline-block;vertical-align:middle}`;

/** Below it columns that can be read of an opened pair are left out. */
const NARROW_PX = 720;
const MOST_ROWS = 100;
/** Height of a small line, to either side of 0. */
const DEVIATIONS = 3;
const SPARK_PX = { width: 72, height: 20 };

type ColumnName = "pair" | "adjusted" | "pvalue" | "half" | "z" | "r" | "n";

interface ColumnSpec {
  readonly name: ColumnName;
  readonly title: string;
  readonly isWide: boolean;
  /** Which end comes first at the first press: 1 the smallest. */
  readonly first: 1 | -1;
}

const COLUMNS: readonly ColumnSpec[] = [
  { name: "pair", title: "pair", isWide: false, first: 1 },
  { name: "adjusted", title: "p corr.", isWide: false, first: 1 },
  { name: "pvalue", title: "p", isWide: true, first: 1 },
  { name: "half", title: "half-life", isWide: false, first: 1 },
  { name: "z", title: "z now", isWide: false, first: -1 },
  { name: "r", title: "r", isWide: true, first: -1 },
  { name: "n", title: "n", isWide: true, first: -1 },
];

/** What the reader looks at; kept under the panel's id. */
interface Kept {
  readonly sort?: ColumnName;
  readonly direction?: 1 | -1;
  readonly search?: string;
  /** Ids of the opened pair. */
  readonly open?: string;
}

/** All pairs: sorted by a press on a column's name, searched by words, opened by a click or the keyboard. */
export class ScreenerPanel extends DrawnPanel<ScreenerSetting, ScreenerPacket> {
  readonly #panel: HTMLElement;
  readonly #search = element("input");
  readonly #pair = element("div", "pair");
  readonly #rows = element("div", "rows");
  readonly #note = element("div", "note");
  #found: PairScreen | undefined;

  constructor(context: PanelContext<ScreenerSetting>) {
    super(context);
    this.#search.type = "search";
    this.#search.placeholder = "Filter: SOL, or SOL AVAX";
    this.#search.setAttribute("aria-label", "Filter pairs by name");
    this.#search.value = this.#choice.search ?? "";
    this.on(this.#search, "input", () => this.#keep({ search: this.#search.value }));
    this.#pair.setAttribute("aria-live", "polite");
    this.on(this.#rows, "click", (event) => this.#onClick(event));
    this.on(this.#rows, "keydown", (event) => this.#onKey(event));
    this.#panel = this.layOut({
      name: "Pair screener",
      head: [this.#search, this.badge],
      body: [this.#pair, this.#rows, this.#note],
      style: STYLE,
    }, false);
  }

  recolour(): void {
    this.redraw();
  }

  protected override take(packet: ScreenerPacket): void {
    this.#found = unpackScreener(packet);
  }

  protected draw(): void {
    const found = this.#found!;
    this.#panel.classList.toggle("narrow", this.width < NARROW_PX);
    const rows = this.#shownRows(found), shown = rows.slice(0, MOST_ROWS);
    const table = element("table"), head = element("thead"), body = element("tbody");
    head.append(this.#headRow());
    body.append(...shown.map((row) => this.#rowOf(found, row)));
    table.append(head, body);
    const { scrollTop } = this.#rows;
    const focused = (this.#rows.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const { pair, sort } = focused?.dataset ?? {};
    this.#rows.replaceChildren(table);
    this.#rows.scrollTop = scrollTop;
    if (pair !== undefined) this.#focus(`tr[data-pair="${CSS.escape(pair)}"]`);
    else if (sort !== undefined) this.#focus(`button[data-sort="${CSS.escape(sort)}"]`);
    this.#note.textContent = `${shown.length} of ${found.first.length} pairs`;
    this.#showOpen(found);
  }

  protected rows({ columns }: ScreenerPacket): PanelRows {
    const found = this.#found!;
    const names = Object.keys(columns) as (keyof ScreenerPacket["columns"])[];
    return {
      head: ["pair", ...names],
      rows: [...found.first.keys()].map((row) => [
        this.#idsOf(found, row),
        ...names.map((name) => found[name][row]!),
      ]),
    };
  }

  protected fileName({ source }: ScreenerPacket): string[] {
    return ["pairs", this.context.setting.timeframe, source];
  }

  get #choice(): Kept {
    return this.kept as Kept | undefined ?? {};
  }

  #keep(change: Kept): void {
    this.keep({ ...this.#choice, ...change });
  }

  #focus(selector: string): void {
    this.#rows.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  }

  #headRow(): HTMLTableRowElement {
    const { sort = "adjusted", direction = 1 } = this.#choice;
    const line = element("tr");
    for (const { name, title, isWide } of COLUMNS) {
      const cell = element("th", isWide ? "wide" : ""), button = element("button");
      const sign = name === sort ? direction === 1 ? " ▲" : " ▼" : "";
      button.textContent = title + sign;
      button.dataset.sort = name;
      cell.scope = "col";
      if (sign !== "") cell.ariaSort = direction === 1 ? "ascending" : "descending";
      cell.append(button);
      line.append(cell);
      if (name === "pair") line.append(element("th", "", ""));
    }
    return line;
  }

  #rowOf(found: PairScreen, row: number): HTMLTableRowElement {
    const { labels } = this.packet!, line = element("tr");
    const ids = this.#idsOf(found, row);
    line.dataset.pair = ids;
    line.tabIndex = 0;
    line.ariaSelected = `${ids === this.#choice.open}`;
    const name = element("td", "", screenedPair(found, row, labels));
    if (found.adjusted[row]! <= FOUND_LEVEL) name.className = "holds";
    const spark = element("td");
    spark.append(this.#sparkOf(found, row, SPARK_PX));
    line.append(name, spark);
    for (const column of COLUMNS.slice(1)) {
      line.append(element("td", column.isWide ? "wide" : "", cellText(found, row, column.name)));
    }
    return line;
  }

  #sparkOf(found: PairScreen, row: number, size: { width: number; height: number }): Node {
    const { theme } = this, { width, height } = size;
    const points = found.spark.subarray(row * SPARK, (row + 1) * SPARK), middle = height / 2;
    let path = "", pen = "M";
    points.forEach((point, place) => {
      const y = middle * (1 - Math.max(-1, Math.min(1, point / (8 * DEVIATIONS))));
      if (point !== NO_SPARK) {
        path += pen + (place * width / (SPARK - 1)).toFixed(1) + " " + y.toFixed(1);
      }
      pen = point === NO_SPARK ? "M" : "L";
    });
    const svg = svgElement(
      `<path d="M0 ${middle}H${width}" stroke="${theme.grid}"/><path d="${path}" fill="none" stroke="${
        theme.lines[0]
      }" stroke-width="1.2"/>`,
      size,
    );
    svg.setAttribute("aria-hidden", "true");
    return svg;
  }

  #showOpen(found: PairScreen): void {
    const { open } = this.#choice, { labels } = this.packet!;
    const row = [...found.first.keys()].find((at) => this.#idsOf(found, at) === open);
    if (row === undefined) {
      this.#pair.textContent = "Open a pair by a click or Enter.";
      return;
    }
    this.#pair.replaceChildren(
      screenedPairText(found, row, labels),
      element("br"),
      this.#sparkOf(found, row, { width: 288, height: 72 }),
      ` PAIR = "${open}"`,
    );
  }

  #idsOf({ first, second }: PairScreen, row: number): string {
    const { instruments } = this.packet!;
    return `${instruments[first[row]!]}/${instruments[second[row]!]}`;
  }

  #shownRows(found: PairScreen): number[] {
    const { sort = "adjusted", direction = 1, search = "" } = this.#choice;
    const { labels } = this.packet!;
    const words = search.toUpperCase().split(/\s+/).filter((word) => word !== "");
    const rows = [...found.first.keys()].filter((row) => {
      const name = `${screenedPair(found, row, labels)} ${this.#idsOf(found, row)}`.toUpperCase();
      return words.every((word) => name.includes(word));
    });
    // What is unknown stands last, whichever way is sorted; z and r count by their size.
    const keyOf = (row: number) =>
      sort === "pair"
        ? found.first[row]! + found.second[row]! / 65_536
        : Math.abs(found[sort][row]!);
    return rows.sort((a, b) => {
      const one = keyOf(a), other = keyOf(b);
      if (Number.isNaN(one) || Number.isNaN(other)) {
        return +Number.isNaN(one) - +Number.isNaN(other);
      }
      return one === other ? a - b : direction * (one < other ? -1 : 1);
    });
  }

  #onClick(event: Event): void {
    const target = event.target as Element;
    const button = target.closest<HTMLElement>("button[data-sort]");
    if (button !== null) return this.#sortBy(button.dataset.sort as ColumnName);
    const line = target.closest<HTMLElement>("tr[data-pair]");
    if (line !== null) this.#open(line.dataset.pair!);
  }

  #open(pair: string): void {
    this.#keep({ open: pair });
    // A page that shows pairs elsewhere goes there; a notebook has none.
    this.#rows.dispatchEvent(
      new CustomEvent(PAIR_EVENT, { detail: pair, bubbles: true, composed: true }),
    );
  }

  #sortBy(name: ColumnName): void {
    const { sort = "adjusted", direction = 1 } = this.#choice;
    const first = COLUMNS.find((column) => column.name === name)?.first ?? 1;
    this.#keep({ sort: name, direction: sort === name ? direction === 1 ? -1 : 1 : first });
  }

  #onKey(event: KeyboardEvent): void {
    const line = (event.target as Element).closest<HTMLElement>("tr[data-pair]");
    if (line === null) return;
    if (event.key === "Enter" || event.key === " ") this.#open(line.dataset.pair!);
    else if (event.key === "ArrowDown") (line.nextElementSibling as HTMLElement | null)?.focus();
    else if (event.key === "ArrowUp") (line.previousElementSibling as HTMLElement | null)?.focus();
    else return;
    event.preventDefault();
  }
}

function cellText(found: PairScreen, row: number, name: ColumnName): string {
  if (name === "half") return halfText(found.half[row]!);
  if (name === "z" || name === "r") return numberText(found[name][row]!);
  if (name === "adjusted" || name === "pvalue") return pText(found[name][row]!).slice(2);
  return `${found.n[row]}`;
}
