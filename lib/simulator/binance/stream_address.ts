import type { TimeUnit } from "./payloads.ts";

/** What the URL of a stream socket asks for. */
export interface StreamAddress {
  readonly isCombined: boolean;
  readonly names: readonly string[];
  readonly unit: TimeUnit;
}

/** Reads `/ws`, `/ws/<stream>/<stream>`, `/stream` and `/stream?streams=a/b`; undefined for others. */
export function streamAddressOf(target: string): StreamAddress | undefined {
  const [path = "", query = ""] = target.split("?", 2);
  const given = new URLSearchParams(query);
  const unit = /^microsecond$/i.test(given.get("timeUnit") ?? "") ? "MICROSECOND" : "MILLISECOND";
  if (path === "/stream") {
    return { isCombined: true, names: namesOf(given.get("streams") ?? ""), unit };
  }
  if (path !== "/ws" && !path.startsWith("/ws/")) return undefined;
  const names = namesOf(decoded(path.slice("/ws/".length)));
  return { isCombined: false, names, unit };
}

function namesOf(text: string): string[] {
  return [...new Set(text.split("/").filter((name) => name !== ""))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
