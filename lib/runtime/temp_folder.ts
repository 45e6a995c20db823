import { join } from "node:path";

/** Programs that have just ended may leave helpers that write for a moment. */
const REMOVALS = 20;
const REMOVE_EVERY_MS = 50;

/** A folder for as long as it is needed. */
export interface TempFolder {
  readonly path: string;
  /** Removes it with all it holds. Safe to call twice. */
  remove(): Promise<void>;
}

/** Makes a {@link TempFolder} that only this user can read. */
export type MakeTempFolder = () => Promise<TempFolder>;

/** {@link MakeTempFolder} on the machine's disk. */
export const makeTempFolder: MakeTempFolder = async () => {
  const path = await Deno.makeTempDir({ prefix: "comove-" });
  return { path, remove: () => removed(path) };
};

/** Gives a name in a {@link TempFolder} that lasts as long as it is used. */
export async function withTempFile<T>(
  name: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const { path, remove } = await makeTempFolder();
  try {
    return await use(join(path, name));
  } finally {
    await remove();
  }
}

async function removed(path: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await Deno.remove(path, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (tries >= REMOVALS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REMOVE_EVERY_MS));
  }
}
