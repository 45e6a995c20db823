import { secretsIn } from "../model/redact.ts";
import { readSecret, type SecretPorts } from "./secret.ts";

const REFERENCE = /^(?:env|file):/;

/**
 * Every secret of a configuration: those that stand in it, and those that `env:NAME` and `file:PATH` stand for. One that
 * cannot be read is left out: who needs it says so.
 */
export async function knownSecrets(values: unknown, from: SecretPorts = {}): Promise<string[]> {
  const secrets = secretsIn(values);
  for (const reference of referencesIn(values)) {
    let secret: string;
    try {
      secret = await readSecret("", reference, from);
    } catch {
      continue;
    }
    secrets.push(secret, ...partsOf(secret), ...secretsIn(secret));
  }
  return secrets;
}

function referencesIn(values: unknown): string[] {
  if (typeof values === "string") return REFERENCE.test(values) ? [values] : [];
  if (typeof values !== "object" || values === null) return [];
  return Object.values(values).flatMap(referencesIn);
}

/** Of an address, the path is what others must not know; it is shown without its host in places. */
function partsOf(secret: string): string[] {
  if (!/^https?:/.test(secret) || !URL.canParse(secret)) return [];
  const { pathname, search } = new URL(secret);
  return pathname.length > 1 ? [pathname + search, pathname] : [];
}
