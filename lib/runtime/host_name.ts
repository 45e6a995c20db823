/** The name of this machine; undefined where this process may not read it. */
export function hostName(): string | undefined {
  if (Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted") {
    return Deno.hostname();
  }
  try {
    return Deno.readTextFileSync("/etc/hostname").trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The number of this process. */
export function processId(): number {
  return Deno.pid;
}
