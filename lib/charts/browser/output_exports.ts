import { FONT_FAMILY } from "../theme.ts";
import { csvOf, saveCsv, savePicture } from "./download.ts";
import { element, styleElement } from "./panel_style.ts";

const STYLE = `
:host{position:absolute;top:2px;right:4px;z-index:5;display:flex;gap:4px;opacity:0}
:host(:hover),:host(:focus-within){opacity:1}
button{font:12px ${FONT_FAMILY};color:inherit;background:light-dark(#fff,#131722);cursor:pointer;
  border:1px solid currentColor;border-radius:4px;padding:1px 8px}
@media (hover:none){:host{position:static;justify-content:flex-end;margin-top:4px;opacity:1}}
@media print{:host{display:none}}`;

/** A file that the reader can have. */
interface Offer {
  readonly text: string;
  readonly save: () => void;
}

/**
 * Offers what the kernel has drawn as files: a picture as PNG, a table as CSV, and the numbers that come along as CSV
 * too. The buttons show where the pointer is over it, or once they have the focus; they take no room.
 *
 * @param host the panel's frame.
 */
export function offerExports(host: HTMLElement): void {
  // A picture that stands in for a chart is hidden below it; one that comes with data is the kernel's own.
  const picture = host.querySelector<HTMLImageElement>('img[src^="data:image/svg+xml"]');
  const table = host.querySelector("table");
  const numbers = host.querySelectorAll<HTMLElement>("[data-csv]");
  const { panel = "", file = panel } = host.dataset;
  const parts = [file], offers: Offer[] = [];
  if (picture?.closest("comove-feed:not([data-packet])") === null) {
    offers.push({ text: "PNG", save: () => savePicture(parts, picture, host) });
  } else if (table !== null) {
    offers.push({ text: "CSV", save: () => saveCsv(parts, csvOfTable(table)) });
  }
  for (const { dataset: { csvName = "", csv = "" } } of numbers) {
    offers.push({ text: `CSV of ${csvName}`, save: () => saveCsv([file, csvName], csv) });
  }
  if (offers.length > 0) addButtons(host, offers);
}

function addButtons(host: HTMLElement, offers: readonly Offer[]): void {
  const place = element("span", "comove-export");
  const buttons = offers.map(({ text, save }) => {
    const button = element("button", "", text);
    button.type = "button";
    button.title = `Save what is shown as ${text}`;
    button.addEventListener("click", save);
    return button;
  });
  place.attachShadow({ mode: "open" }).append(styleElement(STYLE), ...buttons);
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
