import type { ByteMask } from "../../runtime/tcp_socket.ts";
import { bytesOfText, textOfBytes } from "../../model/binary_text.ts";

/** TWS's message "managed accounts": `15`, version, names parted by commas. */
const ACCOUNTS = /^15\0\d+\0([^\0]*)\0/;
const HEADER_BYTES = 4;
const MAX_FIRST_LENGTH = 256;
const MAX_LENGTH = 0xff_ffff;

/**
 * Takes account numbers out of the bytes of TWS before anybody sees them: `DU1234567` becomes `DU0000000`, there
 * and in every later message. To do so it cuts the bytes into whole messages; what is none passes as it is.
 */
export class AccountMask implements ByteMask {
  #rest = "";
  #isFirst = true;
  #isRaw = false;
  #names: readonly string[] = [];

  /** Whole messages so far, each with its length in front. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#rest += textOfBytes(bytes);
    const whole: Uint8Array[] = [];
    while (!this.#isRaw && this.#rest.length >= HEADER_BYTES) {
      const length = bytesOfText(this.#rest.slice(0, HEADER_BYTES))
        .reduce((value, byte) => value * 256 + byte, 0);
      const isFrame = length > 0 && length <= (this.#isFirst ? MAX_FIRST_LENGTH : MAX_LENGTH);
      if (!isFrame) this.#isRaw = true;
      else if (this.#rest.length < HEADER_BYTES + length) return whole;
      else whole.push(this.#cut(HEADER_BYTES + length));
    }
    return this.#isRaw ? [...whole, ...this.flush()] : whole;
  }

  /** What is left over. */
  flush(): Uint8Array[] {
    const rest = this.#masked(this.#rest);
    this.#rest = "";
    return rest === "" ? [] : [bytesOfText(rest)];
  }

  #cut(length: number): Uint8Array {
    const frame = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    this.#isFirst = false;
    const [, list] = ACCOUNTS.exec(frame.slice(HEADER_BYTES)) ?? [];
    if (list !== undefined) this.#names = list.split(",").filter((name) => /\d/.test(name));
    return bytesOfText(this.#masked(frame));
  }

  #masked(text: string): string {
    return this.#names.reduce(
      (masked, name) => masked.replaceAll(name, name.replace(/\d/g, "0")),
      text,
    );
  }
}
