/**
 * Which connection of the program stands for which one of the recording. While both agree the ids are the same;
 * afterwards the program may connect more often or less often than it did then.
 */
export class Connections {
  /** Dialled by the program and not open yet. */
  readonly #waiting = new Set<number>();
  /** Open in the recording. */
  readonly #open = new Set<number>();
  /** From ids of the recording to those of the program. */
  readonly #bound = new Map<number, number>();

  /** The program connects. */
  dialled(id: number): void {
    this.#waiting.add(id);
  }

  /** The program closed it. */
  left(id: number): void {
    this.#waiting.delete(id);
    for (const [recorded, bound] of this.#bound) if (bound === id) this.#bound.delete(recorded);
  }

  /** Joins what the program dialled to a connection that is open in the recording. @returns whether it did. */
  join(id: number): boolean {
    const recorded = [...this.#open].findLast((open) => !this.#bound.has(open));
    if (recorded === undefined) return false;
    this.#waiting.delete(id);
    this.#bound.set(recorded, id);
    return true;
  }

  /** The program's id for a recorded one, at which something comes in; undefined when it has none. */
  addressOf(recorded: number, what: "open" | "data" | "over"): number | undefined {
    if (what === "open") this.#open.add(recorded);
    if (what === "over") this.#open.delete(recorded);
    let id = this.#bound.get(recorded);
    if (id === undefined && this.#waiting.has(recorded)) id = recorded;
    if (id === undefined && what === "open") id = [...this.#waiting].at(-1);
    if (id === undefined) return undefined;
    this.#waiting.delete(id);
    this.#bound.set(recorded, id);
    if (what === "over") this.#bound.delete(recorded);
    return id;
  }
}
