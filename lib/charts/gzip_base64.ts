/** Text packed for an HTML page: gzip in base64, safe inside scripts and attributes. */
export async function gzipBase64(text: string): Promise<string> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer()).toBase64();
}
