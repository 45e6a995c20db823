/** What stands behind a message's own id: which channels the reader has, 1 to 99; 0 before it has all of them. */
const PLACES = 100;

/**
 * Ids of server-sent events. A browser sends back the newest alone, so it also says for which channels it is true: who
 * was cut off between the snapshots of two channels, or asks for others now, has to be given snapshots.
 *
 * @example
 * ```ts
 * import { EventIds } from "./event_ids.ts";
 * import assert from "node:assert/strict";
 * const ids = new EventIds(["bars:ES", "status"]);
 * assert.equal(ids.read(ids.write(17, true)), 17);
 * assert.equal(ids.read(ids.write(17, false)), undefined, "it lacked a channel");
 * assert.equal(new EventIds(["bars:ES"]).read(ids.write(17, true)), undefined, "other channels");
 * ```
 */
export class EventIds {
  readonly #mark: number;

  /** @param channels their order does not matter */
  constructor(channels: readonly string[]) {
    let sum = 0;
    for (const character of [...channels].sort().join(",")) {
      sum = (31 * sum + character.codePointAt(0)!) % 1_000_003;
    }
    this.#mark = 1 + sum % (PLACES - 1);
  }

  /**
   * @param id of a message
   * @param isWhole with it the reader has something of each channel
   */
  write(id: number, isWhole: boolean): string {
    return `${id * PLACES + (isWhole ? this.#mark : 0)}`;
  }

  /** The id of the message; undefined where nothing can be resumed with it. */
  read(text: string | null): number | undefined {
    if (text === null || !/^\d{1,16}$/.test(text)) return undefined;
    const number = Number(text);
    return number % PLACES === this.#mark ? Math.floor(number / PLACES) : undefined;
  }
}
