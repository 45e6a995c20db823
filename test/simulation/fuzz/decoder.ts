import type { SeededRandom } from "../../../lib/simulator/seeded_random.ts";
import { mutateBytes, mutateText } from "./mutate.ts";

/** What became of one frame. */
export type Fate = "accepted" | "ignored" | "rejected";

/** One mutated frame. Throws only by a defect. */
export interface Frame {
  /** Gives it to the decoder. */
  take(): Fate;
  /** The same by a decoder that has seen nothing else, for a fair second timing. */
  alone(): Fate;
}

/** Something that reads what a venue, a client, a file or a user wrote. */
export interface Decoder {
  readonly name: string;
  make(random: SeededRandom): Frame;
}

/** Of texts. `fresh` makes a reader that has seen nothing; one that keeps nothing may be used again. */
export function ofText(
  name: string,
  texts: readonly string[],
  fresh: () => (text: string) => Fate,
): Decoder {
  const take = fresh();
  return {
    name,
    make(random) {
      const text = texts[Math.floor(random.next() * texts.length)]!;
      const changed = mutateText(text, texts, random);
      return { take: () => take(changed), alone: () => fresh()(changed) };
    },
  };
}

/** The same of bytes. */
export function ofBytes(
  name: string,
  pieces: readonly Uint8Array[],
  fresh: () => (bytes: Uint8Array) => Fate,
): Decoder {
  const take = fresh();
  return {
    name,
    make(random) {
      const piece = pieces[Math.floor(random.next() * pieces.length)]!;
      const changed = mutateBytes(piece, random);
      return { take: () => take(changed), alone: () => fresh()(changed) };
    },
  };
}

/** A rejection, which must have a reason. */
export function reasoned(reason: string): Fate {
  if (reason === "") throw new Error("rejected without a reason");
  return "rejected";
}

/**
 * Turns a reader that refuses by throwing into one with a fate.
 *
 * @param isRefusal true for an error that is its way to refuse; any other is a defect.
 */
export function refusing(read: () => void, isRefusal: (error: unknown) => boolean): Fate {
  try {
    read();
    return "accepted";
  } catch (error) {
    if (!(error instanceof Error) || !isRefusal(error)) throw error;
    return reasoned(error.message);
  }
}
