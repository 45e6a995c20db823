/** What a program that has ended wrote, and how it ended. */
export interface ProgramResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. @throws the system's error when it cannot be started. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  options?: { readonly env?: Readonly<Record<string, string>> },
) => Promise<ProgramResult>;

/** {@link RunProgram} by the system. */
export const runProgram: RunProgram = async (command, args, { env = {} } = {}) => {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    env: { ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
};
