/** Bytes in base64. */
export function base64(bytes: Uint8Array): string {
  let signs = "";
  // In parts, since every byte becomes an argument.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    signs += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(signs);
}
