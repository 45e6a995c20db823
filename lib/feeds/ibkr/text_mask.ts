import { bytesOfText, textOfBytes } from "../../model/binary_text.ts";
import { mayHoldSecrets, redact } from "../../model/redact.ts";
import type { ByteMask } from "../../runtime/tcp_socket.ts";
import { AccountMask } from "./account_mask.ts";

const HEADER_BYTES = 4;

/**
 * Takes secrets out of the bytes of TWS: the accounts that it names, wherever they stand, and in each field what
 * `redact` finds. A message that was changed gets the length that it has then; what is no message is masked as a text.
 */
export class TextMask implements ByteMask {
  readonly #accounts = new AccountMask();

  push(bytes: Uint8Array): Uint8Array[] {
    return this.#accounts.push(bytes).map(masked);
  }

  flush(): Uint8Array[] {
    return this.#accounts.flush().map(masked);
  }
}

function masked(bytes: Uint8Array): Uint8Array {
  const isMessage = bytes.length > HEADER_BYTES && lengthOf(bytes) === bytes.length - HEADER_BYTES;
  const text = textOfBytes(isMessage ? bytes.subarray(HEADER_BYTES) : bytes);
  if (!mayHoldSecrets(text)) return bytes;
  const clean = text.split("\0").map((field) => redact(field)).join("\0");
  if (clean === text) return bytes;
  if (!isMessage) return bytesOfText(clean);
  const message = new Uint8Array(HEADER_BYTES + clean.length);
  new DataView(message.buffer).setUint32(0, clean.length);
  message.set(bytesOfText(clean), HEADER_BYTES);
  return message;
}

function lengthOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
