import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A secret that nobody guesses: 256 bits, as text for headers. */
export function randomToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether two secrets are the same; how long it takes says nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
