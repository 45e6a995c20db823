/**
 * What a broker between the venues, the store and the readers costs and carries, on the cores of this machine; real
 * servers, on the loopback.
 *
 * First, trades of 50 symbols from a socket to PostgreSQL: by one process, and by a publisher, a broker and a writer,
 * with 0, 1, 2 and 4 readers of all trades. Then a market over the bus against two that share its instruments out.
 *
 * What other work takes of the machine changes rates and delays, and hardly the processor time of each part: so that
 * is given for each 1,000 trades a second, as a share of one core. `RATE`, `SYMBOLS`, `SECONDS`, `READERS` (`0,1,2,4`)
 * and `ROUNDS` are taken from the environment; `READERS=none` and `ROUNDS=0` leave a part out.
 */
import { startPostgres } from "../servers/support/postgres_server.ts";
import { say } from "../support/say.ts";
import { DIVISIONS, runDivision, type ShareFigures } from "./bus_shares.ts";
import { type Load, runThroughput, type ThroughputFigures } from "./bus_throughput.ts";

const { env } = Deno;
const LOAD: Load = {
  rate: Number(env.get("RATE") ?? 2_000),
  symbols: Array.from({ length: Number(env.get("SYMBOLS") ?? 50) }, (_, i) => `C${i}USDT`),
  seconds: Number(env.get("SECONDS") ?? 10),
};
const READERS = env.get("READERS") ?? "0,1,2,4";
const ROUNDS = Number(env.get("ROUNDS") ?? 2);
const PARTS = ["publisher", "writer", "broker", "database", "a reader"];

await sayThroughput();
await sayShares();
Deno.exit(0);

async function sayThroughput(): Promise<void> {
  if (READERS === "none") return;
  const { rate, symbols, seconds } = LOAD;
  say(`bus: ${rate} trades a second of ${symbols.length} symbols, ${seconds} s; load ${load()}`);
  say("bus: % of a core for each 1,000 trades a second; p50 and p99 from the venue to a reader");
  const heads = [...PARTS, "in all", "stored", "late s", "p50 ms", "p99 ms"];
  say(row("", heads));
  const folder = await Deno.makeTempDir({ prefix: "comove-bus-" });
  const postgres = await startPostgres();
  try {
    for (const readers of [undefined, ...READERS.split(",").map(Number)]) {
      const name = readers === undefined ? "one process, no broker" : `broker, ${readers} readers`;
      const figures = await runThroughput({ folder, postgres }, LOAD, readers);
      say(row(name, cellsOf(figures)));
    }
  } finally {
    await postgres.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

function cellsOf({ stored, sent, lateS, shares, readers }: ThroughputFigures): string[] {
  const worst = (name: "p50" | "p99") =>
    readers.length === 0 ? "" : `${Math.max(...readers.map((one) => one[name]))}`;
  const all = [...shares].reduce(
    (sum, [name, share]) => sum + share * (name === "a reader" ? readers.length : 1),
    0,
  );
  return [
    ...PARTS.map((part) => shares.get(part)?.toFixed(1) ?? ""),
    all.toFixed(1),
    stored === sent ? "all" : `${stored} of ${sent}`,
    lateS.toFixed(1),
    worst("p50"),
    worst("p99"),
  ];
}

/** Interleaved rounds; of each division the median of what its busiest process took. */
async function sayShares(): Promise<void> {
  if (ROUNDS === 0) return;
  say(`bus: markets over one stream, ${ROUNDS} rounds, the median; load ${load()}`);
  const rounds: ShareFigures[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const figures: ShareFigures[] = [];
    for (const division of DIVISIONS) figures.push(await runDivision(division));
    rounds.push(figures);
  }
  const heads = [
    "pairs",
    "messages",
    "incomplete",
    "busiest s",
    "all s",
    "broker s",
    "wall s",
    "messages/s",
  ];
  say(row("", [...heads, "processor x", "wall x"]));
  const busiest = ({ processS }: ShareFigures) => Math.max(...processS);
  DIVISIONS.forEach(({ name }, i) => {
    const own = rounds.map((round) => round[i]!);
    const middle = (of: (figures: ShareFigures) => number) => median(own.map(of));
    const ratio = (of: (figures: ShareFigures) => number) =>
      median(rounds.map((round) => of(round[0]!) / of(round[i]!))).toFixed(2);
    say(row(name, [
      `${own[0]!.pairs}`,
      `${own[0]!.messages}`,
      `${Math.max(...own.map(({ incomplete }) => incomplete))}`,
      middle(busiest).toFixed(2),
      middle(({ processS }) => processS.reduce((sum, one) => sum + one, 0)).toFixed(2),
      middle(({ brokerS }) => brokerS).toFixed(2),
      middle(({ wallS }) => wallS).toFixed(1),
      middle(({ messages, wallS }) => messages / wallS).toFixed(0),
      ratio(busiest),
      ratio(({ wallS }) => wallS),
    ]));
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function load(): string {
  return Deno.loadavg()[0]!.toFixed(1);
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(12)).join("");
}
