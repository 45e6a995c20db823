import net from "node:net";

/** Begins to connect and returns Node's socket at once; what goes wrong comes as its events. */
export function openTcpSocket({ host, port }: { host: string; port: number }): net.Socket {
  return net.connect({ host, port });
}
