import { FONT_FAMILY } from "../theme.ts";
import { csvOf, saveCsv, savePicture } from "./download.ts";
import { element, styleElement } from "./panel_style.ts";

const STYLE = `
:host{position:absolute;top:2px;right:4px;z-index:5;display:flex;gap:4px;opacity:0}
:host(:hover),:host(:focus-within){opacity:1}
button{font:12px ${FONT_FAMILY};color:inherit;background:light-dark(#fff,#131722);cursor:pointer;
  border:1px solid currentColor;border-radius:4px;padding:1px 8px}
@media (hover:none){:host{opacity:.8}}
@media print{:host{display:none}}`;

/**
 * Offers what the kernel has drawn as a file: a picture as PNG, a table as CSV. The buttons show where the pointer is
 * over it, or once they have the focus; they take no room.
 *
 * @param host the panel's frame.
 */
export function offerExports(host: HTMLElement): void {
  // A picture that stands in for a chart is hidden below it.
  const picture = host.querySelector<HTMLImageElement>('img[src^="data:image/svg+xml"]');
  const table = host.querySelector("table");
  const { panel = "", file = panel } = host.dataset;
  const parts = [file];
  if (picture?.closest("comove-feed") === null) {
    addButton(host, "PNG", () => savePicture(parts, picture, host));
  } else if (table !== null) {
    addButton(host, "CSV", () => saveCsv(parts, csvOfTable(table)));
  }
}

function addButton(host: HTMLElement, text: string, onClick: () => void): void {
  const place = element("span", "comove-export");
  const button = element("button", "", text);
  button.type = "button";
  button.title = `Save what is shown as ${text}`;
  button.addEventListener("click", onClick);
  place.attachShadow({ mode: "open" }).append(styleElement(STYLE), button);
  host.style.position = "relative";
  host.append(place);
  host.addEventListener("pointerenter", () => place.style.opacity = "1");
  host.addEventListener("pointerleave", () => place.style.opacity = "");
}

/** The words of the cells; cells that span several columns are followed by empty ones. */
function csvOfTable(table: HTMLTableElement): string {
  const [head = [], ...rows] = Array.from(
    table.rows,
    (row) =>
      Array.from(row.cells).flatMap((cell) => [
        cell.textContent?.trim() ?? "",
        ...Array<string>(cell.colSpan - 1).fill(""),
      ]),
  );
  return csvOf(head, rows);
}
