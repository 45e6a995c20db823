import { createGzip } from "node:zlib";

const PIECE = new Uint8Array(1_000_000);

/** So many MB of zeros as a gzip file, some kB a MB. */
export async function gzipOfZeros(megabytes: number): Promise<Uint8Array> {
  const packing = createGzip({ level: 1 });
  const packed = Array.fromAsync(packing);
  for (let piece = 0; piece < megabytes; piece++) {
    if (!packing.write(PIECE)) await new Promise((resolve) => packing.once("drain", resolve));
  }
  packing.end();
  return new Uint8Array(await new Blob(await packed as BlobPart[]).arrayBuffer());
}

/** What a gzip file holds as the one table of a zip archive. @param said the size that its headers claim */
export function zipOfGzip(gzip: Uint8Array, said: number): Uint8Array {
  const packed = gzip.subarray(10, gzip.length - 8);
  const crc = new DataView(gzip.buffer).getUint32(gzip.length - 8, true);
  const name = new TextEncoder().encode("a.csv");
  // Version, flags, method (deflate), time, crc, sizes, length of the name, none of an extra field.
  const shared = headerOf("HHHIIIIHH", [20, 0, 8, 0, crc, packed.length, said, name.length, 0]);
  const local = [headerOf("I", [0x04034b50]), shared, name, packed];
  const central = [
    headerOf("IH", [0x02014b50, 20]),
    shared,
    headerOf("HHHII", [0, 0, 0, 0, 0]),
    name,
  ];
  const [start, size] = [lengthOf(local), lengthOf(central)];
  const end = headerOf("IHHHHIIH", [0x06054b50, 0, 0, 1, 1, size, start, 0]);
  return joined([...local, ...central, end]);
}

/** Numbers of 2 (`H`) or 4 bytes (`I`), little-endian. */
function headerOf(layout: string, values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const [i, value] of values.entries()) {
    const size = layout[i] === "H" ? 2 : 4;
    for (let byte = 0; byte < size; byte++) bytes.push((value >>> (8 * byte)) & 0xff);
  }
  return Uint8Array.from(bytes);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
