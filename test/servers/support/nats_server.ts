import { join } from "node:path";

/** A NATS server of a test, with JetStream in a folder of its own, on a loopback port of its own. */
export interface NatsServer {
  readonly url: string;
  /** Of its process. */
  pid(): number;
  /** Ends it as a power cut would; `start` brings it back. */
  kill(): Promise<void>;
  /** @param settings of its users from now on. @default those of before */
  start(settings?: string): Promise<void>;
  /** Ends it, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @param settings of its users, in its own language. @default anybody may do anything
 * @throws where it is not installed: Debian's package is `nats-server`.
 */
export async function startNats(settings = ""): Promise<NatsServer> {
  const folder = await Deno.makeTempDir({ prefix: "comove-nats-" });
  const config = join(folder, "server.conf");
  await Deno.writeTextFile(config, settings);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  let child: Deno.ChildProcess | undefined;
  const start = async (other?: string) => {
    if (other !== undefined) await Deno.writeTextFile(config, other);
    child = new Deno.Command("nats-server", {
      args: ["-c", config, "-js", "-a", "127.0.0.1", "-p", `${port}`, "-sd", join(folder, "data")],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let tries = 0; tries < 500; tries++) {
      try {
        const socket = await Deno.connect({ hostname: "127.0.0.1", port });
        socket.close();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    throw new Error("nats-server did not start within 10 s");
  };
  const kill = async () => {
    child?.kill("SIGKILL");
    await child?.status;
    child = undefined;
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    pid: () => child!.pid,
    start,
    kill,
    async stop() {
      if (child !== undefined) await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Runs `use` with a server of its own, and ends that whatever happens. */
export async function withNats(use: (server: NatsServer) => Promise<void>): Promise<void> {
  const server = await startNats();
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}
