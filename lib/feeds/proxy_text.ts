import type { Proxy } from "../runtime/proxy.ts";

/** What to add to a message about a host that cannot be reached; empty where the way is direct. */
export function wayText(proxy: Proxy | undefined): string {
  if (proxy === undefined) return "";
  const { shown, variable } = proxy;
  return ` The way there is the proxy ${shown} that ${variable} names: check it, or list the host in NO_PROXY.`;
}
