/** True for names and addresses of this machine: localhost, 127.0.0.0/8, ::1. */
export function isLoopback(name: string): boolean {
  return /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/i.test(name);
}

/** Host and port of a URL; the port is the scheme's own where the URL names none. */
export function addressOf(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  const usual = protocol === "https:" || protocol === "wss:" ? 443 : 80;
  return { host: hostname, port: port === "" ? usual : Number(port) };
}

/** `name:port` of a URL, as Deno's permission for the network is written. */
export function hostPortOf(url: string): string {
  const { host, port } = addressOf(url);
  return `${host}:${port}`;
}
