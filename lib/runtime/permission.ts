import { hostPortOf } from "./address.ts";

/** True when the process has the right to reach the host of this URL. */
export function isPermitted(url: string): boolean {
  const host = hostPortOf(url);
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}
