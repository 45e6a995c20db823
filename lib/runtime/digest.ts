import { createHash } from "node:crypto";

/** The SHA-256 of a text's UTF-8 bytes, in base64. */
export function sha256Base64(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("base64");
}

/** A SHA-256 of bytes that come in pieces. */
export class Sha256 {
  readonly #hash = createHash("sha256");

  update(bytes: Uint8Array | string): void {
    this.#hash.update(bytes);
  }

  /** In lower-case hexadecimal. Ends it: once only. */
  finish(): string {
    return this.#hash.digest("hex");
  }
}
