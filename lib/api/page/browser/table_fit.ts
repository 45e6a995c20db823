/** Characters of a name that needs more room than its longest word. */
const LONG_NAME = 12;

/**
 * Fits tables to where they stand. A hint shows below a box that scrolls where something of it is cut, and nowhere else:
 * the server can only reckon how wide a table will be, and on a phone its first column is narrower.
 */
export function fitTables(host: ParentNode): void {
  for (const box of host.querySelectorAll<HTMLElement>('[tabindex="0"]')) {
    const hint = box.nextElementSibling as HTMLElement | null;
    if (hint?.ariaHidden !== "true") continue;
    const table = box.querySelector("table");
    const names = [...table?.rows ?? []].map(({ cells }) => cells[0]?.textContent ?? "");
    if (names.some(({ length }) => length > LONG_NAME)) table!.dataset.names = "long";
    hint.style.maxHeight = box.scrollWidth > box.clientWidth + 1 ? "54px" : "0";
  }
}
