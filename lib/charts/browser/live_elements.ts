import { readBeat } from "../live_markup.ts";
import { offerExports } from "./output_exports.ts";
import { lifeId, type Page, type PanelLife } from "./page.ts";
import type { Life, Pulse } from "./pulse.ts";
import { stateText } from "./state_text.ts";

/** `<comove-hb n>`: a heartbeat of the kernel; takes no room. */
export function heartbeatElement(pulse: Pulse): CustomElementConstructor {
  return class extends HTMLElement {
    connectedCallback(): void {
      this.style.display = "none";
      const beat = readBeat(this.getAttribute("n"));
      if (beat !== undefined) pulse.beat(beat);
    }
  };
}

/**
 * `<comove-state data-beat data-now data-was data-ink data-alarm data-panel>`: says what is claimed while its kernel lives.
 * In an exported page, and without a beat, it stays as it was written, and nothing more comes for its panel.
 */
export function stateElement(page: Page, pulse: Pulse): CustomElementConstructor {
  return class extends HTMLElement {
    #release: (() => void) | undefined;

    connectedCallback(): void {
      if (this.#release !== undefined) return;
      const beat = isRecord() ? undefined : readBeat(this.dataset.beat);
      if (beat === undefined) return page.publish(lifeId(this.dataset.panel ?? ""), "ended");
      this.#release = pulse.watch(beat, (life) => this.#show(life));
    }

    disconnectedCallback(): void {
      this.#release?.();
      this.#release = undefined;
    }

    #show(life: Life): void {
      const { now = "", was = "", ink = "", alarm = "", panel = "" } = this.dataset;
      const { text, tone } = stateText(life, { now, was });
      if (this.textContent !== text) this.textContent = text;
      this.dataset.life = life.kind;
      this.style.color = tone === "now" ? ink : tone === "alarm" ? alarm : "";
      page.publish(lifeId(panel), life.kind);
    }
  };
}

/** `<comove-panel data-panel>`: a picture or chart, dim once its statement has lapsed before the reader's eyes. */
export function dimmingElement(page: Page): CustomElementConstructor {
  return class extends HTMLElement {
    #release: (() => void) | undefined;

    connectedCallback(): void {
      const { panel = "" } = this.dataset;
      if (this.#release !== undefined || panel === "") return;
      whenParsed(() => offerExports(this));
      this.#release = page.subscribe(lifeId(panel), (life) => this.#show(life as PanelLife));
      this.#show(page.packet(lifeId(panel)) as PanelLife | undefined);
    }

    disconnectedCallback(): void {
      this.#release?.();
      this.#release = undefined;
    }

    #show(life: PanelLife | undefined): void {
      const hasLapsed = life === "silent" || life === "left" || life === "away";
      this.style.filter = hasLapsed ? "grayscale(1) opacity(.9)" : "";
    }
  };
}

/** At once, or when the page is there as a whole: until then an element may lack what is in it. */
export function whenParsed(action: () => void): void {
  if (document.readyState !== "loading") action();
  else document.addEventListener("DOMContentLoaded", action, { once: true });
}

/** True in an exported page: what it shows is of then, and there is no cell to run. */
function isRecord(): boolean {
  return location.protocol === "file:" ||
    document.querySelector('meta[name="generator"][content^="Comove"]') !== null;
}
