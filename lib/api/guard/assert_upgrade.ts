import { ApiProblem } from "../problem.ts";

/** @throws {ApiProblem} 400 for a request that asks for no WebSocket. */
export function assertUpgrade({ headers }: Pick<Request, "headers">): void {
  if (headers.get("upgrade")?.toLowerCase() === "websocket") return;
  throw new ApiProblem(400, {
    detail: "This address is for WebSockets.",
    errors: [{
      pointer: "/header/upgrade",
      rule: "must be websocket",
      value: headers.get("upgrade"),
    }],
  });
}
