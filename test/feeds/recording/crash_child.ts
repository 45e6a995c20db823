/** Records numbered messages as fast as it can, until it is killed; says how many are surely on the disk. */
import { TapeWriter } from "../../../lib/feeds/recording/tape_writer.ts";
import { type ByteFiles, systemByteFiles } from "../../../lib/runtime/byte_files.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { message } from "./tapes.ts";

/** Hands the system a block in many small writes, so that half a block on the disk is common. */
const slowly: ByteFiles = {
  ...systemByteFiles,
  async create(path) {
    const file = await systemByteFiles.create(path);
    return {
      ...file,
      async append(bytes) {
        for (let at = 0; at < bytes.length; at += PIECE) {
          await file.append(bytes.subarray(at, at + PIECE));
        }
      },
    };
  },
};
const PIECE = 2_048;

const [folder = ""] = Deno.args;
const writer = new TapeWriter({
  folder,
  files: slowly,
  clock: systemClock,
  log: silentLog,
  maxFileBytes: 150_000,
});
const encoder = new TextEncoder();
let told = -1;
for (let number = 0;; await new Promise((resolve) => setTimeout(resolve, 1))) {
  // Between 2 and 120 messages at a time, the same each run.
  for (const end = number + 2 + (number * 7_919) % 119; number < end; number++) {
    writer.write(message(number));
  }
  const { rows } = writer.counts;
  if (rows !== told) Deno.stdout.writeSync(encoder.encode(`${rows}\n`));
  told = rows;
}
