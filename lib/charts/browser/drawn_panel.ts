import type { Theme } from "../theme.ts";
import { exportButtons, TOOLBAR_STYLE } from "./chart_toolbar.ts";
import { csvOf, saveCsv, saveSvg } from "./download.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";

const STYLE = `
.panel{padding:8px}
header{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;font-size:14px;margin-bottom:6px}
.answer{margin:8px 0 4px;font-size:13px;line-height:1.4}
.note{color:var(--faint);line-height:1.4}
svg{display:block;max-width:none}`;

/** What stands in a panel, from top to bottom. */
export interface PanelLayout {
  /** For readers who do not see it. */
  readonly name: string;
  /** In the first line, before the buttons that save. */
  readonly head: readonly (Node | string)[];
  readonly body: readonly Node[];
  /** Rules beside those that all panels have. @default none */
  readonly style?: string;
}

/** What a panel shows, as rows of a file. */
export interface PanelRows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/**
 * A panel that the page draws from its newest packet: its frame, whose data it is, how wide it is, what its reader has
 * chosen, and its files. What it looks like is for those that extend it.
 */
export abstract class DrawnPanel<
  Setting extends { readonly theme: Theme },
  Packet extends { readonly source: string },
> implements LivePanel {
  readonly id: string;
  protected readonly context: PanelContext<Setting>;
  protected readonly badge = element("span", "badge");
  /** Where drawings stand that are saved as a picture. */
  protected readonly plots = element("div", "plots");
  /** CSS px. */
  protected width: number;
  /** The newest; undefined before the first. */
  protected packet: Packet | undefined;

  constructor(context: PanelContext<Setting>) {
    this.id = context.id;
    this.context = context;
    this.width = context.width;
  }

  feed(packet: unknown): void {
    this.packet = packet as Packet;
    this.badge.textContent = this.badge.dataset.source = this.packet.source;
    this.take(this.packet);
    this.redraw();
  }

  resize(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.redraw();
  }

  dispose(): void {}

  /** Unpacks what has come. */
  protected take(_packet: Packet): void {}

  /** @returns false where nothing was drawn. */
  protected abstract draw(packet: Packet): boolean | void;

  /** What is shown, by rows; each gets its source. Undefined while nothing is. */
  protected abstract rows(packet: Packet): PanelRows | undefined;

  /** What its files are called by. */
  protected abstract fileName(packet: Packet): readonly string[];

  /** What a saved picture says above its drawings; undefined for a panel that is none. */
  protected lines(_packet: Packet): readonly string[] | undefined {
    return undefined;
  }

  protected get theme(): Theme {
    return this.context.setting.theme;
  }

  /** What the reader has chosen, as it was kept. */
  protected get kept(): unknown {
    return this.context.page.state.get(this.id);
  }

  protected keep(choice: unknown): void {
    this.context.page.state.set(this.id, choice);
    this.redraw();
  }

  /** Calls back with what happened to an element; a failure becomes a sentence in the panel. */
  protected on<Name extends keyof HTMLElementEventMap>(
    element: HTMLElement,
    name: Name,
    callback: (event: HTMLElementEventMap[Name]) => void,
  ): void {
    element.addEventListener(name, (event) => this.context.guard(() => callback(event)));
  }

  protected redraw(): void {
    const { packet, context } = this;
    if (packet === undefined) return;
    const startedAt = performance.now();
    if (this.draw(packet) !== false) context.drawn(performance.now() - startedAt);
  }

  /** @param isPicture whether it can be saved as a picture. @default true */
  protected layOut({ name, head, body, style = "" }: PanelLayout, isPicture = true): HTMLElement {
    const { root, guard } = this.context;
    const panel = element("div", "panel"), header = element("header");
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", name);
    const onCsv = () => guard(() => this.#saveCsv());
    const onPng = () => guard(() => this.#savePng());
    header.append(...head, exportButtons(isPicture ? { onCsv, onPng } : { onCsv }));
    panel.append(header, ...body);
    root.replaceChildren(
      styleElement(panelStyle(this.theme) + TOOLBAR_STYLE + STYLE + style),
      panel,
    );
    return panel;
  }

  #saveCsv(): void {
    const { packet } = this;
    const table = packet && this.rows(packet);
    if (packet === undefined || table === undefined) return;
    const rows = table.rows.map((row) => [...row, packet.source]);
    saveCsv(this.fileName(packet), csvOf([...table.head, "source"], rows));
  }

  #savePng(): void {
    const { packet, plots } = this;
    const lines = packet && this.lines(packet);
    const drawings = plots.querySelectorAll<SVGSVGElement>(":scope > svg");
    if (packet === undefined || lines === undefined || drawings.length === 0) return;
    saveSvg(this.fileName(packet), [...drawings], plots, this.theme, lines);
  }
}

/** A list to choose from, behind its name. @param options each as what it stands for, and what is read */
export function choiceList(
  name: string,
  options: readonly (readonly [value: string, text: string])[],
): { readonly label: HTMLLabelElement; readonly select: HTMLSelectElement } {
  const label = element("label", "", `${name} `), select = element("select");
  select.append(...options.map(([value, text]) => new Option(text, value)));
  label.append(select);
  return { label, select };
}
