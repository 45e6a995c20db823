import { drawnId, type Page } from "./page.ts";

/**
 * `<comove-feed data-id data-packet>`: hands its packet to the page when it appears. Its text, or the picture that stands
 * in it without a packet, is for readers who do not see the panel: a chart says the same, and of what its knobs are
 * turned to.
 */
export function feedElement(page: Page): CustomElementConstructor {
  return class extends HTMLElement {
    #isPublished = false;
    #release: (() => void) | undefined;

    connectedCallback(): void {
      const { id, packet } = this.dataset;
      if (id === undefined) return;
      this.#release ??= page.subscribe(drawnId(id), (isDrawn) => this.#show(isDrawn !== true));
      this.#show(page.packet(drawnId(id)) !== true);
      // A notebook that scrolls takes old outputs out and back in: that is no news.
      if (this.#isPublished || packet === undefined) return;
      this.#isPublished = true;
      try {
        page.publish(id, JSON.parse(packet));
      } catch (error) {
        this.title = `This update could not be read: ${(error as Error).message}`;
      }
    }

    disconnectedCallback(): void {
      this.#release?.();
      this.#release = undefined;
    }

    #show(isShown: boolean): void {
      this.style.display = isShown ? "block" : "none";
    }
  };
}
