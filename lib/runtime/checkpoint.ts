import { runAside } from "./aside.ts";

/** Brings what lies in the log of a database into its file, in a thread of its own. @param path of the file */
export function checkpointAside(path: string): Promise<void> {
  return runAside(new URL("./checkpoint_worker.ts", import.meta.url), path);
}
