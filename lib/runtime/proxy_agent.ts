import type { Agent } from "node:http";
import process from "node:process";
import type { Proxy } from "./proxy.ts";

/** A way through a proxy. */
export interface ProxyAgent {
  /** For the requests of Node. */
  readonly agent: Agent;
  /** What the proxy answered in place of letting a connection through: `HTTP 407`. */
  readonly refusal: () => string | undefined;
}

/**
 * An agent of its own for one connection through a proxy: HTTP CONNECT, or SOCKS5. The libraries are loaded only
 * here, where one is needed.
 */
export async function proxyAgentOf({ url }: Proxy): Promise<ProxyAgent> {
  if (url.protocol.startsWith("socks")) {
    const { SocksProxyAgent } = await loaded(() => import("socks-proxy-agent"));
    return { agent: new SocksProxyAgent(asFetchDoes(url)), refusal: () => undefined };
  }
  const { HttpsProxyAgent } = await loaded(() => import("https-proxy-agent"));
  const agent = new HttpsProxyAgent(url);
  let refusal: string | undefined;
  // The answer of a proxy that refuses is handed on as if it were the server's.
  (agent as unknown as Answering).on("proxyConnect", ({ statusCode }) => {
    if (statusCode !== 200) refusal = `HTTP ${statusCode}`;
  });
  return { agent, refusal: () => refusal };
}

/** The proxy resolves the names of hosts, as it does for `fetch`: a network behind a proxy may resolve none itself. */
function asFetchDoes(url: URL): URL {
  return new URL(url.href.replace(/^socks(?:5h?)?:/, "socks5h:").replace(/^socks4a?:/, "socks4a:"));
}

/** What the library emits and its types leave out. */
interface Answering {
  on(event: "proxyConnect", listener: (answer: { readonly statusCode: number }) => void): void;
}

/** The environment as it is. */
const environment = process.env;
let loading: Promise<unknown> = Promise.resolve();

/** The libraries list the environment as they load, which is not permitted everywhere: there they find none. */
function loaded<T>(load: () => Promise<T>): Promise<T> {
  if (Deno.permissions.querySync({ name: "env" }).state === "granted") return load();
  const next = loading.then(async () => {
    process.env = {};
    try {
      return await load();
    } finally {
      process.env = environment;
    }
  });
  loading = next.catch(() => {});
  return next;
}
