import type { IServerAdapter } from "@bull-board/api/typings/app";
import type { Queue } from "bullmq";

/** A queue that people who operate it can look at in Bull Board. */
export interface QueueDashboard {
  /** Gives the board its pages and its data. */
  showOn(board: IServerAdapter): Promise<void>;
}

/** Nothing can be changed on the board: the catalog would not know of it. */
export async function showQueue(queue: Queue, board: IServerAdapter): Promise<void> {
  // Loaded here: only an API process that has a dashboard needs it.
  const [{ createBullBoard }, { BullMQAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
  ]);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { readOnlyMode: true })],
    serverAdapter: board,
    options: { uiConfig: { boardTitle: "Pixmill", hideDocsLink: true } },
  });
}
