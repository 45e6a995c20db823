import { bytesOfText, textOfBytes } from "../../model/binary_text.ts";
import type { ByteMask } from "../../runtime/tcp_socket.ts";
import { type Cut, FrameCutter, HEADER_LENGTH } from "../../wire/frame_cutter.ts";
import { withLength } from "../../wire/tws_frame.ts";
import {
  isReadNumber,
  MAX_FIRST_LENGTH,
  MAX_FRAME_LENGTH,
  maxLengthOf,
} from "../../wire/tws_frame_limits.ts";

/** TWS's message "managed accounts": `15`, version, names parted by commas. */
const ACCOUNTS = /^15\0\d{1,9}\0([^\0]*)\0/;
/** Names beyond are not looked for; none has so many characters. */
const MAX_NAMES = 1_000;
const MAX_NAME_LENGTH = 32;

/**
 * Takes account numbers out of the bytes of TWS before anybody sees them: `DU1234567` becomes `DU0000000`, there
 * and in every later message. To do so it cuts the bytes into whole messages; what is none passes as it is. Of a
 * message longer than its kind may be only its number passes, without the mark that ends a message where it is read.
 */
export class AccountMask implements ByteMask {
  readonly #cutter = new FrameCutter({
    maxLength: MAX_FRAME_LENGTH,
    firstLength: MAX_FIRST_LENGTH,
    limitOf: maxLengthOf,
  });
  #isRaw = false;
  #names: readonly string[] = [];

  /** Whole messages so far, each with its length in front. */
  push(bytes: Uint8Array): Uint8Array[] {
    return this.#isRaw
      ? [this.#masked(bytes)]
      : this.#cutter.push(bytes).map((cut) => this.#passed(cut));
  }

  /** What is left over. */
  flush(): Uint8Array[] {
    const { rest } = this.#cutter;
    return this.#isRaw || rest.length === 0 ? [] : [this.#masked(rest)];
  }

  #passed(cut: Cut): Uint8Array {
    switch (cut.kind) {
      case "skipped":
        return withLength(bytesOfText(isReadNumber(cut.number) ? cut.number : `${cut.number}\0`));
      case "broken":
        this.#isRaw = true;
        return this.#masked(cut.rest);
      case "frame": {
        const [, list] = ACCOUNTS.exec(textOfBytes(cut.bytes.subarray(HEADER_LENGTH))) ?? [];
        if (list !== undefined) this.#names = namesIn(list);
        return this.#masked(cut.bytes);
      }
    }
  }

  #masked(bytes: Uint8Array): Uint8Array {
    if (this.#names.length === 0) return bytes;
    const text = textOfBytes(bytes);
    const masked = this.#names.reduce(
      (masked, name) => masked.replaceAll(name, name.replace(/\d/g, "0")),
      text,
    );
    return masked === text ? bytes : bytesOfText(masked);
  }
}

function namesIn(list: string): string[] {
  return list.split(",").slice(0, MAX_NAMES)
    .filter((name) => /\d/.test(name) && name.length <= MAX_NAME_LENGTH);
}
