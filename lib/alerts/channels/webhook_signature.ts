import { hmacSha256Base64, isSameText } from "../../runtime/signer.ts";

/** What a signature of Standard Webhooks is over. */
export interface SignedParts {
  /** `webhook-id` */
  readonly id: string;
  /** `webhook-timestamp`: epoch seconds, UTC. */
  readonly timestamp: number;
  /** As sent, byte for byte. */
  readonly body: string;
}

/** A secret as it is written; Standard Webhooks wants 24 to 64 bytes. */
export const WEBHOOK_SECRET_RULE =
  "must be base64 of 24 to 64 bytes, usually with whsec_ before it (make one: whsec_$(openssl rand -base64 32))";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The key that a secret stands for; undefined for a text that is none. */
export function webhookKey(secret: string): Uint8Array | undefined {
  const coded = secret.replace(/^whsec_/, "");
  if (coded === "" || coded.length > 200 || !BASE64.test(coded)) return undefined;
  return Uint8Array.from(atob(coded), (character) => character.charCodeAt(0));
}

/**
 * The header `webhook-signature` of Standard Webhooks: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
 *
 * @param key see {@link webhookKey}.
 */
export function webhookSignature(key: Uint8Array, { id, timestamp, body }: SignedParts): string {
  return `v1,${hmacSha256Base64(key, `${id}.${timestamp}.${body}`)}`;
}

/** Seconds that a receiver's clock may be off. */
const TOLERANCE = 300;

/**
 * Whether a message is from who has the key, and not an old one again.
 *
 * @param signatures the header: several, with blanks between them, while a key is changed.
 * @param now the receiver's clock, epoch ms.
 */
export function isSignedWebhook(
  key: Uint8Array,
  parts: SignedParts,
  signatures: string,
  now: number,
): boolean {
  if (!(Math.abs(now / 1_000 - parts.timestamp) <= TOLERANCE)) return false;
  const expected = webhookSignature(key, parts);
  return signatures.slice(0, 2_000).split(" ").some((signature) => isSameText(signature, expected));
}
