/** One connection to a peer. */
export interface TcpStream {
  /** The next bytes; undefined once the connection is over, however it ended. */
  read(): Promise<Uint8Array | undefined>;
  /** Sends all of it. @throws the system's error when the connection is over. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection; a waiting {@link read} gets undefined. Safe to call twice. */
  close(): void;
}

/** Connects to a TCP peer. @throws the system's error when nobody listens there. */
export type OpenTcpStream = (
  peer: { readonly host: string; readonly port: number },
) => Promise<TcpStream>;

const CHUNK_BYTES = 65_536;

/** {@link OpenTcpStream} by the machine's sockets. */
export const openTcpStream: OpenTcpStream = async ({ host, port }) => {
  const connection = await Deno.connect({ hostname: host, port });
  connection.setNoDelay(true);
  const buffer = new Uint8Array(CHUNK_BYTES);
  let isClosed = false;
  return {
    async read() {
      try {
        const count = await connection.read(buffer);
        return count === null ? undefined : buffer.slice(0, count);
      } catch {
        // A reset and our own close end the stream as a goodbye does.
        return undefined;
      }
    },
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      connection.close();
    },
  };
};

/** Ports of 127.0.0.1 that nobody holds now; another process may take one before it is used. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  try {
    return listeners.map(({ addr }) => addr.port);
  } finally {
    for (const listener of listeners) listener.close();
  }
}
