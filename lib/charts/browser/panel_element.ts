import { FONT_FAMILY } from "../theme.ts";
import type { PageColours } from "./page_colours.ts";
import { drawnId, lifeId, type LivePanel, type Page, type PanelLife } from "./page.ts";

/** What a panel is drawn with. */
export interface PanelContext<Setting> {
  readonly id: string;
  readonly setting: Setting;
  /** Where to draw; styles of the page do not reach in. */
  readonly root: HTMLElement;
  readonly width: number;
  readonly page: Page;
  /** Runs something that may fail; a failure becomes a sentence in the panel. */
  readonly guard: (action: () => void) => void;
  /** Reports that a redraw is complete, and how long it took. */
  readonly drawn: (tookMs: number) => void;
}

/**
 * `<comove-… data-id data-setting>`: draws a panel in a shadow root over its fallback children once it has
 * a width and data, and lets go of it when the element leaves the document.
 *
 * @param parts names of what else is fed to it, each under `<id>:<name>`.
 */
export function panelElement<Setting>(
  page: Page,
  colours: PageColours,
  make: (context: PanelContext<Setting>) => LivePanel,
  parts: readonly string[] = [],
): CustomElementConstructor {
  return class extends HTMLElement {
    #panel: LivePanel | undefined;
    #frame: PanelFrame | undefined;
    #release: (() => void) | undefined;

    connectedCallback(): void {
      if (this.#release !== undefined) return;
      this.#frame ??= new PanelFrame(this);
      const resizes = new ResizeObserver(() => this.#onResize());
      resizes.observe(this);
      const subscriptions = [
        page.subscribe(this.#id, () => this.#onPacket()),
        page.subscribe(lifeId(this.#id), () => this.#onLife()),
        ...parts.map((name) => page.subscribe(this.#partId(name), () => this.#onPart(name))),
        colours.onChange((isOnPaper) =>
          this.#guard(() => {
            this.#panel?.recolour?.();
            if (isOnPaper !== undefined) this.#panel?.print?.(isOnPaper);
          })
        ),
      ];
      this.#release = () => {
        resizes.disconnect();
        for (const unsubscribe of subscriptions) unsubscribe();
      };
      this.#onPacket();
    }

    disconnectedCallback(): void {
      // Moved elements leave and return at once.
      queueMicrotask(() => {
        if (!this.isConnected) this.#letGo();
      });
    }

    get #id(): string {
      return this.dataset.id ?? "";
    }

    #partId(name: string): string {
      return `${this.#id}:${name}`;
    }

    #onPart(name: string): void {
      const packet = page.packet(this.#partId(name));
      if (packet !== undefined) this.#guard(() => this.#panel?.feedPart?.(name, packet));
    }

    #onLife(): void {
      const life = page.packet(lifeId(this.#id)) as PanelLife | undefined;
      if (life !== undefined) this.#guard(() => this.#panel?.life?.(life));
    }

    #letGo(): void {
      this.#release?.();
      this.#release = undefined;
      this.#drop();
      this.#frame?.showFallback();
      page.publish(drawnId(this.#id), false);
    }

    #drop(): void {
      const panel = this.#panel;
      this.#panel = undefined;
      if (panel === undefined) return;
      page.panels.delete(panel);
      panel.dispose();
    }

    #onPacket(): void {
      const packet = page.packet(this.#id);
      const width = this.clientWidth;
      if (packet === undefined || width === 0) return;
      this.#guard(() => {
        const isNew = this.#panel === undefined;
        if (isNew) this.#make(width);
        this.#panel?.feed(packet);
        if (!isNew) return;
        for (const name of parts) this.#onPart(name);
        this.#onLife();
      });
    }

    #onResize(): void {
      const width = this.clientWidth;
      if (width === 0) return;
      if (this.#panel === undefined) this.#onPacket();
      else this.#guard(() => this.#panel?.resize(width));
    }

    #make(width: number): void {
      const frame = this.#frame!;
      const context: PanelContext<Setting> = {
        id: this.#id,
        setting: JSON.parse(this.dataset.setting ?? "null"),
        root: frame.clear(),
        width,
        page,
        guard: (action) => this.#guard(action),
        drawn: (tookMs) => {
          frame.showPanel(tookMs);
          page.publish(drawnId(this.#id), true);
        },
      };
      this.#panel = make(context);
      page.panels.add(this.#panel);
    }

    #guard(action: () => void): void {
      try {
        action();
      } catch (error) {
        try {
          this.#drop();
        } finally {
          this.#frame?.showTrouble(error);
          page.publish(drawnId(this.#id), false);
        }
      }
    }
  };
}

/** The shadow root of an element: the panel, or a sentence of trouble with the fallback, or the fallback. */
class PanelFrame {
  readonly #host: HTMLElement;
  readonly #body = document.createElement("div");
  readonly #trouble = document.createElement("div");
  readonly #fallback = document.createElement("slot");

  constructor(host: HTMLElement) {
    this.#host = host;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    this.#trouble.setAttribute("role", "alert");
    this.#trouble.style.cssText =
      `font:13px ${FONT_FAMILY};padding:8px;color:light-dark(#8a5200,#e9a13b)`;
    root.replaceChildren(this.#trouble, this.#body, this.#fallback);
    this.showFallback();
  }

  /** An empty place to draw in. */
  clear(): HTMLElement {
    this.#body.replaceChildren();
    return this.#body;
  }

  showPanel(tookMs: number): void {
    this.#show({ panel: true, trouble: "" });
    this.#host.dataset.drawMs = tookMs.toFixed(2);
    this.#host.dataset.ready = "true";
  }

  showFallback(): void {
    this.#show({ panel: false, trouble: "" });
    this.#body.replaceChildren();
    delete this.#host.dataset.ready;
  }

  showTrouble(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const rest = this.#host.children.length > 0 ? " Below is its still picture." : "";
    this.#show({
      panel: false,
      trouble: `This chart could not be drawn here: ${why.replace(/\.$/, "")}. ` +
        `Reload the page; in a notebook, run its cell again.${rest}`,
    });
    this.#body.replaceChildren();
    delete this.#host.dataset.ready;
  }

  #show({ panel, trouble }: { panel: boolean; trouble: string }): void {
    this.#trouble.textContent = trouble;
    this.#trouble.hidden = trouble === "";
    this.#fallback.style.display = panel ? "none" : "contents";
    // Not display:none: charts measure themselves while they are drawn.
    this.#body.style.cssText = panel ? "" : "height:0;overflow:hidden;visibility:hidden";
  }
}
