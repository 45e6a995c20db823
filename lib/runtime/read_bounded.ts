import { assertReadable, MAX_FILE_TEXT } from "./unpack.ts";

const CHUNK = 1_048_576;

/**
 * The bytes of a file, of up to 512 MB. What has no size, such as a pipe or a device, is read until its end or until
 * that is passed.
 *
 * @throws the system's error; {TooLargeError}.
 */
export async function readBounded(path: string, most = MAX_FILE_TEXT): Promise<Uint8Array> {
  const { size, isFile } = await Deno.stat(path);
  if (isFile && size > 0) {
    assertReadable(size, most);
    return await Deno.readFile(path);
  }
  using file = await Deno.open(path);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const read = await file.read(chunk);
    if (read === null) break;
    length += read;
    assertReadable(length, most);
    chunks.push(chunk.subarray(0, read));
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
