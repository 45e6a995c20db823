import { join } from "node:path";

/** A PostgreSQL server of a test: a cluster of its own in a folder of its own, on a loopback port of its own. */
export interface PostgresServer {
  /** Address of an empty database, with user and password; each call makes another one. */
  database(): Promise<string>;
  /** Of its processes, one for each connection among them. */
  pids(): Promise<number[]>;
  /** Ends it as a power cut would; `start` brings it back. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

const USER = "comove";
const PASSWORD = "a-password-of-tests";

/** Starts a server. @throws where PostgreSQL is not installed: Debian's package is `postgresql`. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = await binaries();
  const folder = await Deno.makeTempDir({ prefix: "comove-postgres-" });
  const data = join(folder, "data"), log = join(folder, "log"), secret = join(folder, "secret");
  await Deno.writeTextFile(secret, PASSWORD);
  if (isRoot()) await run("chown", ["-R", "postgres", folder]);
  const port = freePort();
  await asServer(bin, "initdb", [
    "-D",
    data,
    "-U",
    USER,
    "--auth=scram-sha-256",
    `--pwfile=${secret}`,
    "-E",
    "UTF8",
  ]);
  const options = `-p ${port} -h 127.0.0.1 -k ''`;
  const start = async () => {
    try {
      await asServer(bin, "pg_ctl", ["-D", data, "-l", log, "-w", "-o", options, "start"]);
    } catch (cause) {
      const said = await Deno.readTextFile(log);
      throw new Error(`the server did not start; its log ends: ${said.slice(-800)}`, { cause });
    }
  };
  const pids = async () => {
    const [first] = (await Deno.readTextFile(join(data, "postmaster.pid"))).split("\n");
    return [Number(first), ...await childrenOf(Number(first))];
  };
  await start();
  let databases = 0;
  return {
    start,
    async database() {
      const name = `market_${++databases}`;
      await run(join(bin, "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", USER, name], {
        PGPASSWORD: PASSWORD,
      });
      return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
    },
    pids,
    async kill() {
      const processes = await pids();
      for (const process of processes) signal(process);
      await gone(processes);
      // Where nobody reaps it, its number still seems to be in use.
      await Deno.remove(join(data, "postmaster.pid"));
    },
    async stop() {
      await asServer(bin, "pg_ctl", ["-D", data, "-m", "immediate", "stop"]).catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs with a server, and ends it whatever happens. */
export async function withPostgres(use: (server: PostgresServer) => Promise<void>): Promise<void> {
  const server = await startPostgres();
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

async function binaries(): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions: string[] = [];
  try {
    for await (const { name } of Deno.readDir(root)) versions.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest !== undefined) return join(root, newest, "bin");
  throw new Error("there is no PostgreSQL here: apt-get install postgresql");
}

/** The server refuses to run as root. */
async function asServer(bin: string, command: string, options: readonly string[]): Promise<void> {
  const path = join(bin, command);
  if (!isRoot()) return await run(path, options);
  await run("runuser", ["-u", "postgres", "--", path, ...options]);
}

async function run(
  command: string,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  // A server that stays would hold the pipe of its output.
  const child = new Deno.Command(command, {
    args: [...options],
    env: { ...env },
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  const { success, code } = await child.output();
  if (!success) throw new Error(`${command} ${options.join(" ")} ended with ${code}`);
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
  return text.trim().split(" ").filter((part) => part !== "").map(Number);
}

function signal(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) {
    while (await isThere(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function isThere(pid: number): Promise<boolean> {
  try {
    const state = await Deno.readTextFile(`/proc/${pid}/stat`);
    return !/^\d+ \(.*\) Z/.test(state);
  } catch {
    return false;
  }
}
