import assert from "node:assert/strict";
import { withApi } from "./api_fixture.ts";
import { FakeSocket } from "./page/fake_socket.ts";

Deno.test("the 501st reader is refused, and let in once another has left", async () => {
  const sockets: FakeSocket[] = [];
  const upgrade = () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return { socket, response: new Response("upgraded") };
  };
  await withApi(async ({ root, server }) => {
    const headers = {
      host: new URL(root).host,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
    };
    let peers = 0;
    const ask = async () => {
      const request = new Request(`${root}/api/v1/stream`, { headers });
      // Each from an address of its own: the limit is of all of them together.
      return await server.handle(request, `10.0.${++peers >> 8}.${peers & 255}`);
    };
    for (let i = 0; i < 500; i++) {
      const answer = await ask();
      assert.equal(await answer.text(), "upgraded", `reader ${i + 1}`);
    }
    const refused = await ask();
    assert.equal(refused.status, 503);
    assert.match((await refused.json()).detail, /500 readers already/);
    sockets[0]!.close(1000, "left");
    assert.equal(await (await ask()).text(), "upgraded");
    assert.equal(sockets.length, 501);
  }, { upgrade });
});
