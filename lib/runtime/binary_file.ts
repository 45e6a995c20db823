import { writeWhole } from "./whole_file.ts";

/** Writes a whole file of bytes, or leaves the old one; its folder must be there. @throws the system's error. */
export type WriteBytes = (path: string, bytes: Uint8Array) => Promise<void>;

/** {@link WriteBytes} on the machine's disk. */
export const writeBytes: WriteBytes = (path, bytes) => writeWhole(path, bytes);
