import { formatUtc } from "../../model/time.ts";
import type { DeskTick } from "../desk_header.ts";
import { changeText, priceText } from "../number_text.ts";
import { whenParsed } from "./live_elements.ts";
import type { Page } from "./page.ts";

/** `<comove-desk data-id data-at>`: sets the prices in it anew with every tick that is newer than itself. */
export function deskElement(page: Page): CustomElementConstructor {
  return class extends HTMLElement {
    #release: (() => void) | undefined;

    connectedCallback(): void {
      const channel = `${this.dataset.id}:ticks`;
      this.#release ??= page.subscribe(channel, (tick) => this.#show(tick as DeskTick));
      const kept = page.packet(channel) as DeskTick | undefined;
      if (kept !== undefined) whenParsed(() => this.#show(kept));
    }

    disconnectedCallback(): void {
      this.#release?.();
      this.#release = undefined;
    }

    #show([time, ...prices]: DeskTick): void {
      if (time === null || time < Number(this.dataset.at ?? NaN)) return;
      const clock = this.querySelector("[data-time]");
      if (clock !== null) write(clock, formatUtc(time));
      for (const shown of this.querySelectorAll<HTMLElement>("[data-place]")) {
        const { place, decimals, reference, up = "", down = "" } = shown.dataset;
        const price = prices[Number(place)] ?? NaN;
        const [value, change] = shown.children as unknown as [HTMLElement, HTMLElement];
        if (!Number.isFinite(price)) continue;
        if (!write(value, priceText(price, Number(decimals)))) continue;
        const text = changeText(price, Number(reference));
        if (write(change, text)) change.style.color = text.startsWith("▼") ? down : up;
      }
    }
  };
}

/** The same text again would lay the header out anew. @returns whether it is another */
function write(element: Element, text: string): boolean {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}
