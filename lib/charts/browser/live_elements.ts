import { readBeat } from "../live_markup.ts";
import type { Page } from "./page.ts";
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
 * `<comove-state data-beat data-now data-was data-ink data-alarm data-panel>`: says what is claimed while its kernel lives. In an
 * exported page it stays as it was written.
 */
export function stateElement(page: Page, pulse: Pulse): CustomElementConstructor {
  return class extends HTMLElement {
    #release: (() => void) | undefined;

    connectedCallback(): void {
      const beat = readBeat(this.dataset.beat);
      if (beat === undefined || this.#release !== undefined || isRecord()) return;
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
      this.#release = page.subscribe(lifeId(panel), (life) => this.#show(life as Life["kind"]));
      this.#show(page.packet(lifeId(panel)) as Life["kind"] | undefined);
    }

    disconnectedCallback(): void {
      this.#release?.();
      this.#release = undefined;
    }

    #show(life: Life["kind"] | undefined): void {
      this.style.filter = life === "silent" || life === "left" ? "grayscale(1) opacity(.6)" : "";
    }
  };
}

function lifeId(panel: string): string {
  return `${panel}:life`;
}

/** True in an exported page: what it shows is of then, and there is no cell to run. */
function isRecord(): boolean {
  return location.protocol === "file:" ||
    document.querySelector('meta[name="generator"][content^="Comove"]') !== null;
}
