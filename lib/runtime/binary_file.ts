/** Writes a whole file of bytes; its folder must be there. */
export type WriteBytes = (path: string, bytes: Uint8Array) => Promise<void>;

/** {@link WriteBytes} on the machine's disk. */
export const writeBytes: WriteBytes = (path, bytes) => Deno.writeFile(path, bytes);
