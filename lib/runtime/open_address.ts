/** What shows an address to the user, by system. */
const PROGRAMS: Readonly<Record<string, string>> = { darwin: "open", windows: "explorer" };

/**
 * Opens an address in the user's browser.
 *
 * @throws the system's error where there is no program for it, as on a machine without a screen.
 */
export async function openAddress(address: string): Promise<void> {
  const command = new Deno.Command(PROGRAMS[Deno.build.os] ?? "xdg-open", {
    args: [address],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  await command.spawn().status;
}
