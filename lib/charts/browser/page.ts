import { PageState } from "./page_state.ts";
import type { Life } from "./pulse.ts";

/** Something drawn in the page that is fed and goes away with its element. */
export interface LivePanel {
  readonly id: string;
  /** Takes in a packet. */
  feed(packet: unknown): void;
  /** Takes in a packet of a part, where it has any. */
  feedPart?(name: string, packet: unknown): void;
  /** The element is now this wide, CSS px; above 0. */
  resize(width: number): void;
  /** Whether more is to come; called when it changes. */
  life?(life: PanelLife): void;
  /** The page is printed, until it is called again. */
  print?(isOnPaper: boolean): void;
  /** The page shows other colours now. */
  recolour?(): void;
  /** Lets go of everything. Nothing else is called afterwards. */
  dispose(): void;
}

/** What all panels of a page share; one per page. */
export class Page {
  /** What readers did, by panel; outlives the panels. */
  readonly state = new PageState();
  /** What is drawn at this moment; for checks. */
  readonly panels = new Set<LivePanel>();
  readonly #packets = new Map<string, unknown>();
  readonly #listeners = new Map<string, Set<(packet: unknown) => void>>();

  /** Brings a packet to the panels of that id, now and whenever one is drawn again. */
  publish(id: string, packet: unknown): void {
    this.#packets.set(id, packet);
    for (const listener of this.#listeners.get(id) ?? []) listener(packet);
  }

  packet(id: string): unknown {
    return this.#packets.get(id);
  }

  /** Calls back for each packet of that id until the returned function is called. */
  subscribe(id: string, listener: (packet: unknown) => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  /** Panels that wait for packets; for checks. */
  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, listeners) => sum + listeners.size, 0);
  }
}

/** Under which the page publishes whether a panel is still fed: a {@link PanelLife}. */
export function lifeId(id: string): string {
  return `${id}:life`;
}

/** `ended`: nothing more comes, for it was stopped, or this is the record of a notebook; the others are of its kernel. */
export type PanelLife = Life["kind"] | "ended";

/** Under which the page publishes whether readers see a panel drawn, and not the picture that stands in. */
export function drawnId(id: string): string {
  return `${id}:drawn`;
}
