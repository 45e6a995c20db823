import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Signs messages with a shared key, and checks signatures. */
export interface Signer {
  /** HMAC-SHA256 over the parts in a row, as lowercase hexadecimal digits. */
  sign(parts: readonly Uint8Array[]): string;
  /** True when the signature is that of the parts; takes equally long for any wrong one. */
  isSigned(parts: readonly Uint8Array[], signature: string): boolean;
}

/** A signer by HMAC-SHA256 with this key. */
export function hmacSigner(key: string): Signer {
  const sign = (parts: readonly Uint8Array[]) => {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  };
  return {
    sign,
    isSigned: (parts, signature) => isSameText(sign(parts), signature),
  };
}

/** HMAC-SHA256 over a text's UTF-8 bytes, in base64. */
export function hmacSha256Base64(key: Uint8Array, text: string): string {
  return createHmac("sha256", key).update(text, "utf8").digest("base64");
}

/** Whether two texts are the same; takes equally long for any two of one length. */
export function isSameText(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [one, other] = [encoder.encode(a), encoder.encode(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A new name that nobody can guess, as a parameter. */
export type UniqueId = () => string;

/** A random UUID: 122 bits of the system's secure randomness. */
export const systemUniqueId: UniqueId = () => crypto.randomUUID();

/** A new key of 256 bits of the system's secure randomness, in base64. */
export function newKeyBase64(): string {
  return randomBytes(32).toString("base64");
}
