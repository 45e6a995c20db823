import { broken, type Finding, ok, optional } from "../feeds/finding.ts";
import { hostPortOf } from "../runtime/address.ts";
import type { ReadVariable } from "../runtime/environment.ts";
import { proxyFor, proxyVariables } from "../runtime/proxy.ts";

/**
 * Which proxies the environment names, without their credentials, and what goes through them; nothing where it
 * names none.
 *
 * @param settings sections of the configuration, with the addresses in them.
 */
export function checkProxy(settings: readonly unknown[], read: ReadVariable): Finding[] {
  const variables = proxyVariables(read);
  const proxies = variables.filter(({ variable }) => !/^no_proxy$/i.test(variable));
  if (proxies.length === 0) return [];
  const named = variables.map(({ variable, shown }) => `${variable} ${shown}`).join(", ");
  const isBad = proxies.find(({ isUsable }) => !isUsable);
  if (isBad !== undefined) {
    return [optional(broken(
      "Proxy",
      `${named}; ${isBad.variable} is passed over`,
      `write ${isBad.variable} as http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT, or unset it`,
    ))];
  }
  const urls = [...new Set(settings.flatMap(webUrlsIn))];
  const through = urls.filter((url) => proxyFor(url, read) !== undefined).map(hostPortOf);
  const what = through.length === 0
    ? "no configured host goes through it"
    : `for ${[...new Set(through)].join(", ")}`;
  return [ok("Proxy", `${named}: ${what}; this machine is always reached directly`)];
}

/** Every web address in a section. */
function webUrlsIn(value: unknown): string[] {
  if (typeof value === "string") return /^(wss?|https?):\/\//.test(value) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(webUrlsIn);
}
