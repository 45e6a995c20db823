import { BlockList, isIP } from "node:net";
import { isLoopback } from "./address.ts";
import { environmentVariable, isReadable, type ReadVariable } from "./environment.ts";

/** A proxy that the environment puts between this process and a host. */
export interface Proxy {
  /** Where it is set: `HTTPS_PROXY`. */
  readonly variable: string;
  /** Its address, credentials included. */
  readonly url: URL;
  /** The address without its credentials: `http://***@proxy.example:3128`. */
  readonly shown: string;
}

/** Names of the variables, the ones that count first in front; the lowercase one where the other is of no use. */
const FOR_ALL = ["ALL_PROXY", "all_proxy"];
const FOR_HTTPS = ["HTTPS_PROXY", "https_proxy"];
const FOR_HTTP = ["HTTP_PROXY", "http_proxy"];
const PROXIES = [...FOR_ALL, ...FOR_HTTPS, ...FOR_HTTP];
const EXCEPT = ["NO_PROXY", "no_proxy"];
const SCHEMES = ["http:", "https:", "socks5:", "socks5h:"];
const MAX_ADDRESS = 2_000;
const MAX_SHOWN = 200;

/**
 * The proxy on the way to a URL, `ws` as `http` and `wss` as `https`; undefined where the way is direct. The rules
 * are those of Deno's `fetch`, so that a WebSocket goes the way of a request: `ALL_PROXY` counts before the others;
 * `NO_PROXY` lists names with all below them, addresses and networks (`10.0.0.0/8`), or `*`. This machine itself
 * is never behind a proxy, whatever they say.
 *
 * @example
 * ```ts
 * import { proxyFor } from "./proxy.ts";
 * import assert from "node:assert/strict";
 * const env = new Map([["HTTPS_PROXY", "http://me:secret@proxy.example:3128"], ["NO_PROXY", "lan"]]);
 * const read = (name: string) => env.get(name);
 * assert.equal(proxyFor("wss://stream.binance.com", read)?.shown, "http://***@proxy.example:3128");
 * assert.equal(proxyFor("https://box.lan", read), undefined);
 * assert.equal(proxyFor("https://127.0.0.1", read), undefined);
 * ```
 */
export function proxyFor(url: string, read: ReadVariable = environmentVariable): Proxy | undefined {
  const { hostname, protocol } = new URL(url);
  if (isLoopback(hostname) || isExcepted(hostname, read)) return undefined;
  const isSecure = protocol === "https:" || protocol === "wss:";
  return usable(FOR_ALL, read) ?? usable(isSecure ? FOR_HTTPS : FOR_HTTP, read);
}

/** A variable that names a proxy, or what needs none. */
export interface ProxyVariable {
  readonly variable: string;
  /** Its value without credentials. */
  readonly shown: string;
  /** False for an address that cannot be read, or of another kind than HTTP, HTTPS and SOCKS5. */
  readonly isUsable: boolean;
}

/** The variables that are set, those that name a proxy first. */
export function proxyVariables(read: ReadVariable = environmentVariable): ProxyVariable[] {
  const isSet = (variable: string) => (read(variable) ?? "") !== "";
  const proxies = PROXIES.filter(isSet).map((variable): ProxyVariable => {
    const proxy = proxyIn(variable, read);
    return {
      variable,
      shown: proxy?.shown ?? "no address of a proxy",
      isUsable: proxy !== undefined,
    };
  });
  const except = EXCEPT.filter((name) => read(name) !== undefined).slice(0, 1).filter(isSet);
  const shown = (variable: string) => exceptionsIn(read(variable)!).join(", ").slice(0, MAX_SHOWN);
  return [
    ...proxies,
    ...except.map((variable) => ({ variable, shown: shown(variable), isUsable: true })),
  ];
}

/** True when `fetch` may send what is for this machine to a proxy: one is set, or that may not be read. */
export function mayDivertLoopback(): boolean {
  return PROXIES.some((name) => !isReadable(name) || (environmentVariable(name) ?? "") !== "");
}

function usable(variables: readonly string[], read: ReadVariable): Proxy | undefined {
  for (const variable of variables) {
    const proxy = proxyIn(variable, read);
    if (proxy !== undefined) return proxy;
  }
  return undefined;
}

function proxyIn(variable: string, read: ReadVariable): Proxy | undefined {
  const value = read(variable) ?? "";
  if (value === "" || value.length > MAX_ADDRESS || /\s/.test(value)) return undefined;
  const address = value.includes("://") ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !SCHEMES.includes(url.protocol) || url.hostname === "") return undefined;
  const mask = url.username === "" && url.password === "" ? "" : "***@";
  return { variable, url, shown: `${url.protocol}//${mask}${url.host}` };
}

function isExcepted(hostname: string, read: ReadVariable): boolean {
  const exceptions = exceptionsIn(EXCEPT.map(read).find((value) => value !== undefined) ?? "");
  const name = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(name);
  if (version !== 0) return isWithin(name, version === 6 ? "ipv6" : "ipv4", exceptions);
  return exceptions.some((one) => one === "*" || isBelow(name, one.replace(/^\./, "")));
}

function exceptionsIn(value: string): string[] {
  return value.split(",").map((one) => one.trim()).filter((one) => one !== "");
}

function isBelow(name: string, domain: string): boolean {
  return domain !== "" && (name === domain || name.endsWith(`.${domain}`));
}

function isWithin(ip: string, family: "ipv4" | "ipv6", exceptions: readonly string[]): boolean {
  const list = new BlockList();
  for (const one of exceptions) {
    const [, address = "", bits] = /^([\da-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(one) ?? [];
    const version = isIP(address);
    const most = version === 6 ? 128 : 32;
    if (version === 0 || Number(bits ?? most) > most) continue;
    list.addSubnet(address, Number(bits ?? most), version === 6 ? "ipv6" : "ipv4");
  }
  return list.check(ip, family);
}
