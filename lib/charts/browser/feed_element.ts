import type { Page } from "./page.ts";

/** `<comove-feed data-id data-packet>`: hands its packet to the page when it appears; shows its text. */
export function feedElement(page: Page): CustomElementConstructor {
  return class extends HTMLElement {
    #isTold = false;

    connectedCallback(): void {
      // A notebook that scrolls takes old outputs out and back in: that is no news.
      if (this.#isTold) return;
      this.#isTold = true;
      const { id, packet } = this.dataset;
      if (id === undefined || packet === undefined) return;
      try {
        page.publish(id, JSON.parse(packet));
      } catch (error) {
        this.title = `This update could not be read: ${(error as Error).message}`;
      }
    }
  };
}
