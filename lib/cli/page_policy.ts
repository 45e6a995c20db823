import { sha256Base64 } from "../runtime/digest.ts";

/** Nothing is fetched and nothing is sent, whatever runs. */
const NO_NETWORK = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data:",
  "media-src data: blob:",
  "base-uri 'none'",
  "form-action 'none'",
];

/** What a page may do: run these scripts and no others, show the pictures it holds, and connect to nothing. */
export function pagePolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${sha256Base64(script)}'`);
  return [...NO_NETWORK, `script-src ${hashes.join(" ") || "'none'"}`].join("; ");
}

/** The same for a page that runs whatever a trusted notebook brings. */
export const TRUSTED_POLICY = [
  ...NO_NETWORK,
  "script-src 'unsafe-inline' 'unsafe-eval'",
].join("; ");
