/** Time between a change and its saving. */
const SAVE_MS = 250;

/**
 * Small values by panel, kept for the page and, where the viewer allows it, over a reload of the page in
 * the same tab.
 */
export class PageState {
  readonly #values = new Map<string, unknown>();
  readonly #unsaved = new Set<string>();

  /** The value last kept under the id, or undefined. It may be from an older version of this code. */
  get(id: string): unknown {
    if (!this.#values.has(id)) this.#values.set(id, this.#stored(id));
    return this.#values.get(id);
  }

  set(id: string, value: unknown): void {
    this.#values.set(id, value);
    // Storage is slow: a drag must not wait for it.
    if (this.#unsaved.size === 0) setTimeout(() => this.#save(), SAVE_MS);
    this.#unsaved.add(id);
  }

  #save(): void {
    try {
      for (const id of this.#unsaved) {
        sessionStorage.setItem(keyOf(id), JSON.stringify(this.#values.get(id)));
      }
    } catch {
      // Sandboxed viewers have no storage: the values then live as long as the page.
    }
    this.#unsaved.clear();
  }

  #stored(id: string): unknown {
    try {
      return JSON.parse(sessionStorage.getItem(keyOf(id)) ?? "null") ?? undefined;
    } catch {
      return undefined;
    }
  }
}

function keyOf(id: string): string {
  return `comove:${location.pathname}:${id}`;
}
