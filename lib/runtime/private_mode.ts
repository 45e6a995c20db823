/** Permissions of what may name accounts: this user reads and writes, nobody else. */
export const PRIVATE_MODE = 0o600;

/** Gives a file {@link PRIVATE_MODE}, whatever the process' mask left of it; does nothing where disks know no such thing. */
export function makePrivate(path: string): void {
  try {
    Deno.chmodSync(path, PRIVATE_MODE);
  } catch {
    // Another user's file, Windows, or a disk without permissions: to write there matters more.
  }
}
