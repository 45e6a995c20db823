// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { type HttpAnswer, type HttpRequest, listenHttp } from "../runtime/http_server.ts";
import { foreignRequest } from "./foreign_request.ts";
import type { ListenVenue, VenueSocket } from "./venue_socket.ts";

/** Control messages with 1024 stream names stay well below. */
const MAX_MESSAGE_BYTES = 256_000;

/** {@link ListenVenue} on the machine's network, with the WebSockets of the npm package `ws`. */
export const listenVenue: ListenVenue = async (options, onRequest, onUpgrade) => {
  const { headers = {} } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  sockets.on("headers", (lines) => {
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  });
  const withHeaders = (answer: HttpAnswer) => ({
    ...answer,
    headers: { ...headers, ...answer.headers },
  });
  const answer = async (request: HttpRequest) => {
    const given = foreignRequest(request) ?? await onRequest(request);
    return given && withHeaders(given);
  };
  const listener = await listenHttp(options, answer, (upgrade) => {
    const { parts: [request, socket, head], ...rest } = upgrade;
    const refuse = (answer: HttpAnswer) => upgrade.refuse(withHeaders(answer));
    const refusal = foreignRequest(upgrade);
    if (refusal !== undefined) return refuse(refusal);
    onUpgrade({
      ...rest,
      refuse,
      accept: (onSocket) =>
        sockets.handleUpgrade(request, socket, head, (opened) => onSocket(socketOf(opened))),
    });
  });
  return {
    port: listener.port,
    cutAll: () => listener.cutAll(),
    close() {
      sockets.close();
      return listener.close();
    },
  };
};

function socketOf(socket: WebSocket): VenueSocket {
  // "close" always follows.
  socket.on("error", () => {});
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (text) => socket.send(text),
    ping: (payload) => socket.ping(payload),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    onText: (callback) => void socket.on("message", (data) => callback(data.toString())),
    onPing: (callback) => void socket.on("ping", () => callback()),
    onPong: (callback) => void socket.on("pong", (payload) => callback(payload.toString())),
    onClose: (callback) => void socket.on("close", () => callback()),
  };
}
