import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createSecureServer } from "node:tls";

/** A mail as a fake server got it. */
export interface GotMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as sent. */
  readonly data: string;
  /** What the client logged in with; undefined where it did not. */
  readonly login: string | undefined;
}

/** What the server answers in place of what is usual, by the command that it answers: `AUTH`, `RCPT`, `DATA`, `END`. */
export type Answers = Readonly<Record<string, string | undefined>>;

export interface FakeMailServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: readonly GotMail[];
  /** Answers so from now on; an empty text answers nothing. */
  answer(answers: Answers): void;
}

/**
 * Starts a mail server on loopback that speaks SMTP.
 *
 * @param certificate with its key, PEM: TLS from the first byte on. @default without TLS
 */
export function startFakeMailServer(
  certificate?: { readonly cert: string; readonly key: string },
): Promise<FakeMailServer> {
  const mails: GotMail[] = [];
  let answers: Answers = {};
  const sockets = new Set<Socket>();
  const take = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket, () => answers, (mail) => mails.push(mail));
  };
  const server = certificate === undefined
    ? createServer(take)
    : createSecureServer(certificate, take);
  server.on("tlsClientError", () => {});
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        mails,
        answer: (next) => void (answers = next),
        [Symbol.asyncDispose]: () =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

function serve(socket: Socket, answers: () => Answers, keep: (mail: GotMail) => void): void {
  const reply = (command: string, usual: string) => {
    const text = answers()[command] ?? usual;
    if (text !== "") socket.write(`${text}\r\n`);
  };
  let pending = "";
  let isData = false;
  let from = "";
  let login: string | undefined;
  let to: string[] = [];
  const take = (line: string) => {
    const command = line.slice(0, 4).toUpperCase();
    if (command === "EHLO") reply("EHLO", "250-fake\r\n250-AUTH PLAIN\r\n250 8BITMIME");
    else if (command === "AUTH") {
      login = atob(line.split(" ")[2] ?? "");
      reply("AUTH", "235 2.7.0 accepted");
    } else if (command === "MAIL") {
      from = line;
      to = [];
      reply("MAIL", "250 2.1.0 ok");
    } else if (command === "RCPT") {
      to.push(line);
      reply("RCPT", "250 2.1.5 ok");
    } else if (command === "DATA") {
      isData = (answers()["DATA"] ?? "354").startsWith("354");
      reply("DATA", "354 go ahead");
    } else if (command === "QUIT") socket.end("221 bye\r\n");
    else reply(command, "502 5.5.1 not here");
  };
  socket.write("220 fake ESMTP\r\n");
  socket.on("data", (bytes) => {
    pending += bytes.toString();
    while (true) {
      const end = pending.indexOf(isData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const text = pending.slice(0, end);
      pending = pending.slice(end + (isData ? 5 : 2));
      if (!isData) {
        take(text);
        continue;
      }
      isData = false;
      keep({ from, to, data: text, login });
      reply("END", "250 2.0.0 Ok: queued as 4711");
    }
  });
}
