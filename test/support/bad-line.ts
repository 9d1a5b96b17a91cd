import { TcpProxy } from "./tcp-proxy.ts";

const megabyte = 1024 * 1024;

/** What a client that can resume must live through: three cut connections, and the death of the service. */
export interface BadLine {
  readonly url: string;
  /** How many interruptions there were so far. */
  readonly interruptions: () => number;
  /** Resolves when all have been; rejects with what could not be done. */
  readonly over: Promise<void>;
  close(): Promise<void>;
}

/**
 * A line to the service at `url` that breaks after 12, 22 and 33 MB, and whose service dies after 42 MB.
 * `replace` kills it and resolves to the address of the one that goes on.
 */
export async function badLine(url: string, replace: () => Promise<string>): Promise<BadLine> {
  const proxy = await TcpProxy.to(Number(new URL(url).port));
  let count = 0;
  const live = async () => {
    for (const size of [12, 10, 11]) {
      await proxy.holdAfter(size * megabyte);
      count += 1;
      proxy.cut();
    }
    await proxy.holdAfter(9 * megabyte);
    proxy.retarget(Number(new URL(await replace()).port));
    count += 1;
    proxy.cut();
  };
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    interruptions: () => count,
    over: live(),
    close: () => proxy.close(),
  };
}
