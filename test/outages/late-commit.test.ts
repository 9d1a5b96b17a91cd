import { randomUUID } from "node:crypto";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openCatalog } from "../../src/catalog/database.ts";
import { newImageId } from "../../src/image/image-id.ts";
import { withPatience } from "../../src/patience.ts";
import { finishUpload } from "../../src/resize/finish-upload.ts";
import { receiveOriginal } from "../../src/resize/receive-original.ts";
import { submitBatchOnce, submitImageOnce } from "../../src/resize/submit-once.ts";
import { found } from "../contracts/catalog-fixtures.ts";
import { flat } from "../pictures/index.ts";
import { PostgresServer, requirePostgres } from "../support/postgres-server.ts";
import { openSeams } from "../support/seams.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const overloaded = { code: "overloaded", status: 503 };

/**
 * The line of one connection is dead while its COMMIT is under way, and lives again when the client was refused. The
 * client asks again, and is told of what was written after all: then its original must be there.
 */
describe.runIf(requirePostgres())("a commit that comes when it was given up", () => {
  let server: PostgresServer;
  let proxy: TcpProxy;
  let seams: Awaited<ReturnType<typeof openSeams>>;
  let end: () => Promise<void>;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    const embedded = await openSeams();
    const { url } = await server.createDatabase();
    proxy = await TcpProxy.to(server.port);
    const catalog = await openCatalog(url.replace(String(server.port), String(proxy.port)));
    seams = { ...embedded, catalog };
    end = async () => {
      await catalog.close();
      await embedded.close();
      await proxy.close();
    };
  });
  afterEach(() => end());

  const picture = () => flat({ width: 40, height: 30, format: "png" });
  const received = async () => receiveOriginal(seams, Readable.from([await picture()]), "late.png");

  /** Refused by `ask`, and written then. Resolves to what the next `ask` is told. */
  async function askedAgain<T>(sign: string, ask: () => Promise<T>): Promise<T> {
    const held = proxy.holdBack((sent) => sent.includes(sign));
    await expect(ask()).rejects.toMatchObject(overloaded);
    (await held)();
    await until(async () => (await seams.catalog.images.statistics()).queued > 0, {
      what: "the late commit",
    });
    return await ask();
  }

  async function expectWhole(id: string): Promise<void> {
    const key = (await found(seams.catalog, id)).original?.key ?? "";
    expect(await seams.storage.stat(key)).toMatchObject({ size: (await picture()).length });
  }

  it("keeps the original of an image under a key", async () => {
    const key = { owner: "", text: randomUUID(), route: "/v1/images" };
    const { answer } = await askedAgain("commit", async () =>
      submitImageOnce(seams, key, await received(), {}),
    );
    await expectWhole(answer.id);
  });

  it("keeps the original of an image whose commit waits until a standby is back", async () => {
    let text = "";
    const submit = async () => {
      const key = { owner: "", text, route: "/v1/images" };
      const original = await received();
      return await withPatience(1_000, () => submitImageOnce(seams, key, original, {}));
    };
    const isRefused = () => {
      text = randomUUID();
      return submit().then(
        () => false,
        () => true,
      );
    };
    try {
      await server.set("synchronous_standby_names", "nobody");
      await until(isRefused, { what: "a commit that waits" });
      await expect(submit(), "its first commit may still come").rejects.toMatchObject(overloaded);
    } finally {
      await server.set("synchronous_standby_names");
    }
    let answered: Awaited<ReturnType<typeof submit>> | undefined;
    const isAnswered = async () => {
      answered = await submit().catch(() => undefined);
      return answered !== undefined;
    };
    await until(isAnswered, { what: "an answer under the key" });
    expect(answered?.isReplay).toBe(true);
    await expectWhole(answered?.answer.id ?? "");
  });

  it("keeps the originals of a batch under a key", async () => {
    const key = { owner: "", text: randomUUID(), route: "/v1/batches" };
    const { answer } = await askedAgain("commit", async () =>
      submitBatchOnce(seams, key, [await received(), await received()], {}),
    );
    expect(answer.images).toHaveLength(2);
    for (const { id } of answer.images) await expectWhole(id);
  });

  it("keeps the last copy of a resumable upload", async () => {
    const { uploads } = seams.workFolders;
    const id = newImageId();
    const content = await picture();
    await writeFile(join(uploads.path, id), "");
    await uploads.writeRecord(id, { size: content.length, metadata: {}, wish: { options: {} } });
    await appendFile(join(uploads.path, id), content);
    const image = await askedAgain('insert into "images"', () => finishUpload(seams, id));
    expect(image.id).toBe(id);
    expect(await uploads.list()).toEqual([]);
    await expectWhole(id);
  });
});
