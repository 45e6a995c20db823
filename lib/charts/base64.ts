/** Bytes in base64. */
export function base64(bytes: Uint8Array): string {
  let signs = "";
  // In parts, since every byte becomes an argument.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(signs);
}

/** Text packed for an HTML page: gzip in base64, safe inside scripts and attributes. */
export async function gzipBase64(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return base64(new Uint8Array(await new Response(packed).arrayBuffer()));
}
