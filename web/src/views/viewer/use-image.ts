import { useEffect } from "preact/hooks";
import { getImage, type Image } from "../../api/call.ts";
import { follow } from "../../live/events.ts";
import { type Answer, useAnswer } from "../../parts/use-answer.ts";

/** Should an event be missed. */
const askEveryMs = 10_000;

/** An image, live. */
export function useImage(id: string): Answer<Image> {
  const answer = useAnswer((signal) => getImage(id, signal), { everyMs: askEveryMs });
  const { value, again, put } = answer;
  useEffect(
    () =>
      follow((events) => {
        for (const event of events) {
          if (event.type === "lost") again();
          const isNews = "image" in event && event.image.id === id;
          if (isNews && event.image.revision > (value.value?.revision ?? -1)) put(event.image);
        }
      }),
    [id],
  );
  return answer;
}
