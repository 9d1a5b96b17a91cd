import type { ImageHeader } from "../../image/original.ts";
import type { RenderResult } from "../image-engine.ts";
import type { EngineTask } from "../messages.ts";
import { render } from "./render.ts";
import { serve } from "./serve.ts";
import { openSource } from "./source.ts";

/** The door of an engine process. */
export default serve<EngineTask, ImageHeader | RenderResult>(async (task) => {
  if (task.verb === "render") return render(task.request);
  const { header } = await openSource(task.folder, task.limits);
  return header;
});
