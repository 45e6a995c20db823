/** Columns of numbers. */
type Numbers = Float64Array | Float32Array | Uint32Array | Uint16Array | Int16Array;

/** Numbers as a page is given them: little-endian in base64. */
export function packedNumbers(values: Numbers): string {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength).toBase64();
}

/** The bytes again. Readers' browsers may not know `Uint8Array.fromBase64` yet. */
export function unpackedBytes(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer;
}
