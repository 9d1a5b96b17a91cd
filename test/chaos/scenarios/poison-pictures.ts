import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { ImageRow } from "../catalog-view.ts";
import { type Harm, PoisonWatch, poison } from "../poison.ts";
import type { Scenario } from "../scenario.ts";

const evidence: Readonly<Record<Harm, RegExp>> = {
  SIGSEGV: /SIGSEGV.* after \d/,
  SIGABRT: /SIGABRT.* after \d/,
  SIGKILL: /SIGKILL.* after \d/,
  SIGSTOP: /after \d/,
};
const harms = Object.keys(evidence) as Harm[];

export const poisonPictures: Scenario = {
  row: "Decoder crash, endless loop, allocation without end",
  name: "pictures crash, hang or fill every engine process that opens them",
  async play(arena) {
    const { content } = arena.ordinary;
    const watch = new PoisonWatch(arena);
    const bad = harms.map((harm) => poison(content, harm));
    const load = arena.load({
      pictures: [...bad, ...Array.from({ length: arena.of(20, 100) }, () => arena.ordinary)],
      images: harms.length + arena.of(20, 100),
    });
    await load.done;
    await arena.rows.noneUnfinished(180_000);
    await watch.stop();
    const listed = (await (await fetch(`${arena.url}/v1/images?status=failed&limit=100`)).json()) as {
      items: { filename: string; attempt: number; error: { code: string; message: string } | null }[];
    };
    const ends: string[] = [];
    for (const [harm, words] of Object.entries(evidence)) {
      const image = listed.items.find(({ filename }) => filename === `poison-${harm}.jpg`);
      const message = image?.error?.message ?? "";
      if (!words.test(message)) throw new Error(`${harm}: failed, but only with the words: ${message}`);
      const [row] = await arena.rows.images(`filename = 'poison-${harm}.jpg' and status = 'failed'`);
      // The second strike is the end, and not written any more.
      if (row?.strikes !== 1) throw new Error(`${harm}: failed after ${row?.strikes} strikes and one more`);
      ends.push(`${harm}: ${image?.error?.code}, “${message}”`);
    }
    const before = await failedOnes(arena);
    const figure = `${ends.join("; ")}; ${await arena.settled(load)}`;
    await onlyWhenAsked(arena, before);
    return figure;
  },
};

function failedOnes({ rows }: Arena) {
  return rows.images("filename like 'poison-%' and status = 'failed'");
}

/** Reconcilers have had their turns since they failed; a person's wish is another thing. */
async function onlyWhenAsked(arena: Arena, before: readonly ImageRow[]): Promise<void> {
  const { rows, url } = arena;
  const attempts = (ones: readonly ImageRow[]) =>
    JSON.stringify(ones.map(({ id, attempt }) => [id, attempt]));
  if (attempts(await failedOnes(arena)) !== attempts(before))
    throw new Error("one was tried again by itself");
  const [one] = before;
  if (!one) throw new Error("none has failed");
  await fetch(`${url}/v1/images/${one.id}/retry`, { method: "POST" });
  const isTried = async () =>
    (await rows.images(`id = '${one.id}' and attempt > ${one.attempt}`)).length === 1;
  await until(isTried, { what: "a picture that was tried again because somebody asked", withinMs: 120_000 });
  // On a busy machine its deadline may pass, though nobody harms it any more.
  await rows.noneUnfinished(120_000);
}
