import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accepted } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { fetchSource } from "./fetch-source.ts";

describe("a fetch of an original", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  let server: Server;
  beforeEach(async () => {
    seams = await openSeams();
    server = createServer((socket) => {
      socket.on("error", () => {});
      socket.resume().end("a secret of the inner server\r\n", () => socket.destroy());
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });
  afterEach(async () => {
    await seams.close();
    await once(server.close(), "close");
  });

  it("from a server that answers garbage leaves none of it in the log", async () => {
    const sourceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cat.jpg`;
    const { id, generation, priority } = await accepted(seams.catalog, { original: null, sourceUrl });
    const dependencies = {
      ...seams,
      workerName: "worker-1",
      sourcePolicy: { allowPrivate: true },
      observer: { begun: () => {}, ended: () => {} },
    };
    await fetchSource(dependencies, { imageId: id, generation, priority }, new AbortController().signal);
    expect(seams.log).toContainEqual(
      expect.objectContaining({
        imageId: id,
        code: "source_unreachable",
        err: { code: "HPE_INVALID_CONSTANT" },
      }),
    );
    const asLogged = [...Buffer.from("secret")].join(",");
    for (const foreign of ["secret", asLogged]) expect(JSON.stringify(seams.log)).not.toContain(foreign);
  });
});
