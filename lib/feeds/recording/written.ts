import { isSecretName, redact } from "../../model/redact.ts";

/** An address without the name and password that it may carry. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1");
}

/** An address as a recording holds it: no credentials, no secrets in its path or query. A replay compares the same. */
export function writtenUrl(url: string): string {
  return withoutCredentials(redact(url));
}

/** A value of the settings as a manifest holds it. For `JSON.stringify`. */
export function writtenSetting(key: string, value: unknown): unknown {
  if (isSecretName(key) && value !== null) return "***";
  return typeof value === "string" ? writtenUrl(value) : value;
}
