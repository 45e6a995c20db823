import { HEADER_LENGTH, numberOf } from "../../wire/frame_cutter.ts";

/**
 * - `wanted`: worth decoding;
 * - `unwanted`: an answer to nothing that is asked now;
 * - `endless`: more of either than any venue sends.
 */
export type AnswerVerdict = "wanted" | "unwanted" | "endless";

/** Contract details and history. */
const ANSWERS: ReadonlySet<string> = new Set(["10", "17"]);
/** Contract months that one listing may have; the longest, of every product under one symbol, has some hundred. */
const MAX_ANSWERS = 1_000;
/** Answers to requests taken back come a while longer. */
const MAX_UNWANTED = 1_000;
/** From this version of the server on, the request's id follows the message's number. */
const ID_FIRST_VERSION = 164;
const MAX_ID_LENGTH = 12;

/** Bounds what comes in answer to requests: how much to each, and what comes unasked. Ids are of requests. */
export class AskedAnswers {
  /** Messages so far, by request. */
  readonly #asked = new Map<number, number>();
  #unwanted = 0;

  ask(id: number): void {
    this.#asked.set(id, 0);
  }

  /** It is answered or taken back. */
  over(id: number): void {
    this.#asked.delete(id);
  }

  /** Judges a message by its bytes, before anything is made of it. */
  judge(frame: Uint8Array, serverVersion: number): AnswerVerdict {
    if (serverVersion < ID_FIRST_VERSION || !ANSWERS.has(numberOf(frame))) return "wanted";
    const id = idIn(frame);
    const count = this.#asked.get(id);
    if (count === undefined) return ++this.#unwanted > MAX_UNWANTED ? "endless" : "unwanted";
    this.#asked.set(id, count + 1);
    return count < MAX_ANSWERS ? "wanted" : "endless";
  }
}

/** The second field as a number; NaN when it is none. */
function idIn(frame: Uint8Array): number {
  const from = frame.indexOf(0, HEADER_LENGTH) + 1;
  const end = frame.subarray(0, from + MAX_ID_LENGTH).indexOf(0, from);
  if (from === 0 || end <= from) return NaN;
  return Number(String.fromCharCode(...frame.subarray(from, end)));
}
