import { PixmillClient, verifyWebhook } from "../../src/client/index.ts";

/* The script of a page that uses the client. Not TypeScript: see uppy-page.js. */
window.pixmill = {
  verifyWebhook,
  /** Uploads the chosen files as a batch and returns what events said of them, and the bytes of one result. */
  async story(files) {
    const client = new PixmillClient();
    const stop = new AbortController();
    const events = [];
    const opened = Promise.withResolvers();
    const listening = (async () => {
      for await (const event of client.subscribe({ signal: stop.signal, onOpen: opened.resolve }))
        events.push(event);
    })();
    await opened.promise;
    const { batch, images, refused } = await client.batches.upload(files);
    const { counts } = await client.batches.wait(batch.id);
    const image = await client.wait(images[0].id);
    const bytes = await (await client.download(image.id, "thumb")).blob();
    while (!events.some(({ type, data }) => type === "image.done" && data.id === image.id)) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    stop.abort();
    await listening;
    return {
      counts,
      filename: image.filename,
      told: events.filter(({ data }) => data.id === image.id).map(({ type }) => type),
      bytes: bytes.size,
      expected: image.variants[0].bytes,
      refused: refused.map(({ file, failure }) => [file.name, failure.code]),
      path: await client.upload("/etc/hosts").catch((error) => error.message),
    };
  },
};
