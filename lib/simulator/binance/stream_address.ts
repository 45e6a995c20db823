import type { TimeUnit } from "./payloads.ts";

/** Where streams are served: all of spot's in one place, those of USD-M futures split in two. */
export type StreamRoute = "spot" | "market" | "public";

/** What the URL of a stream socket asks for. */
export interface StreamAddress {
  readonly route: StreamRoute;
  readonly isCombined: boolean;
  readonly names: readonly string[];
  readonly unit: TimeUnit;
}

/**
 * Reads `/ws`, `/ws/<stream>/<stream>`, `/stream` and `/stream?streams=a/b`, and the same behind `/market`
 * and `/public`; undefined for others.
 */
export function streamAddressOf(target: string): StreamAddress | undefined {
  const [whole = "", query = ""] = target.split("?", 2);
  const [, routed, path] = /^(?:\/(market|public)(?=\/))?(.*)$/.exec(whole)!;
  const route = (routed ?? "spot") as StreamRoute;
  const given = new URLSearchParams(query);
  const isMicro = route === "spot" && /^microsecond$/i.test(given.get("timeUnit") ?? "");
  const unit = isMicro ? "MICROSECOND" : "MILLISECOND";
  if (path === "/stream") {
    return { route, isCombined: true, names: namesOf(given.get("streams") ?? ""), unit };
  }
  if (path !== "/ws" && !path!.startsWith("/ws/")) return undefined;
  const names = namesOf(decoded(path!.slice("/ws/".length)));
  return { route, isCombined: false, names, unit };
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
