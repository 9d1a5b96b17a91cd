import { flushCompileCache } from "node:module";
import { PixmillError } from "../../errors.ts";
import { type EngineReply, startedMessage } from "../messages.ts";
import { faultCode } from "./fault.ts";
import "./guard.ts";

/** What Tinypool calls in the child for each task: says that it begins, and turns every error into a reply. */
export function serve<Task, Result>(
  perform: (task: Task) => Promise<Result>,
): (task: Task) => Promise<EngineReply<Result>> {
  return async (task) => {
    process.send?.(startedMessage);
    try {
      const result = await perform(task);
      return { result, rss: process.memoryUsage.rss() };
    } catch (error) {
      const detail = error instanceof PixmillError ? error.message : undefined;
      return { code: faultCode(error), detail, rss: process.memoryUsage.rss() };
    } finally {
      // Node writes it when a process ends by itself, which ours do not. What is written already costs nothing.
      setImmediate(flushCompileCache);
    }
  };
}
