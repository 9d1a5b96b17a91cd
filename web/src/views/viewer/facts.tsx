import { hrefOf } from "../../address.ts";
import type { Image } from "../../api/call.ts";
import { formatBytes, formatSides } from "../../figures.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { formatDuration, formatTime } from "../../parts/times.ts";
import { words } from "../../words.ts";
import { Fact } from "./fact.tsx";

/** What is known of the original, and of how its results came to be. */
export function Facts({ image }: { image: Image }) {
  const say = words.value.viewer;
  const { original, startedAt, finishedAt } = image;
  const metadata = Object.entries(image.metadata);
  return (
    <section aria-labelledby="facts-title">
      <h3 id="facts-title">{say.about}</h3>
      <dl class="facts">
        {original && (
          <>
            <Fact name={say.format}>{original.format.toUpperCase()}</Fact>
            <Fact name={say.sides}>{formatSides(original)}</Fact>
            <Fact name={say.bytes}>{formatBytes(original.bytes)}</Fact>
          </>
        )}
        <Fact name={say.received}>{formatTime(image.createdAt)}</Fact>
        {startedAt && finishedAt && (
          <Fact name={say.took}>{formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}</Fact>
        )}
        {image.worker && <Fact name={say.worker}>{image.worker}</Fact>}
        {image.attempt > 1 && <Fact name={say.attempts}>{image.attempt}</Fact>}
        {image.preset && <Fact name={say.preset}>{image.preset}</Fact>}
        {image.batchId && (
          <Fact name={say.batch}>
            <a href={hrefOf("batches", { batch: image.batchId })}>{say.openBatch}</a>
          </Fact>
        )}
        <Fact name={say.id}>
          <code>{image.id}</code> <CopyButton label={say.copy} subject={say.id} text={image.id} />
        </Fact>
        {original && (
          <Fact name="SHA-256">
            <code>{original.sha256}</code>
          </Fact>
        )}
        {metadata.length > 0 && (
          <Fact name={say.metadata}>
            <ul class="metadata">
              {metadata.map(([name, value]) => (
                <li key={name}>
                  {name}: {typeof value === "string" ? value : JSON.stringify(value)}
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </section>
  );
}
