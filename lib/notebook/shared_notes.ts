/**
 * What is wrong, by panel. A sentence that several panels would repeat stands once, in the notebook's first line; each
 * panel then refers to it.
 */
export class SharedNotes {
  readonly #byPanel = new Map<string, ReadonlySet<string>>();
  readonly #hasPlace: () => boolean;
  readonly #onChange: () => void;
  #shared: readonly string[] = [];

  /**
   * @param options.hasPlace whether there is a line to show them in; until then nothing is shared.
   * @param options.onChange called when other sentences are shared than before.
   */
  constructor(options: { readonly hasPlace: () => boolean; readonly onChange: () => void }) {
    this.#hasPlace = options.hasPlace;
    this.#onChange = options.onChange;
  }

  /** In the order in which they came up. */
  get shared(): readonly string[] {
    return this.#shared;
  }

  /** Takes what a panel would say; @returns what of it only that panel says, and whether others say some of it too. */
  sift(panel: string, notes: readonly string[]): { own: readonly string[]; hasShared: boolean } {
    if (!this.#hasPlace()) return { own: notes, hasShared: false };
    this.#byPanel.set(panel, new Set(notes));
    this.#update();
    const own = notes.filter((note) => !this.#shared.includes(note));
    return { own, hasShared: own.length < notes.length };
  }

  /** A panel has ended. */
  drop(panel: string): void {
    this.#byPanel.delete(panel);
    this.#update();
  }

  #update(): void {
    const seen = new Set<string>(), twice = new Set<string>();
    for (const notes of this.#byPanel.values()) {
      for (const note of notes) (seen.has(note) ? twice : seen).add(note);
    }
    const kept = this.#shared.filter((note) => twice.has(note));
    const added = [...twice].filter((note) => !kept.includes(note));
    if (added.length === 0 && kept.length === this.#shared.length) return;
    this.#shared = [...kept, ...added];
    this.#onChange();
  }
}
