import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { ImageRow } from "../catalog-view.ts";
import { type Harm, harms } from "../harm.ts";
import { poison } from "../poison.ts";
import type { Scenario } from "../scenario.ts";

const evidence: Readonly<Record<Harm, RegExp>> = {
  SIGSEGV: /SIGSEGV after \d/,
  SIGABRT: /SIGABRT after \d/,
  SIGKILL: /SIGKILL after \d/,
  spin: /ended after \d/,
  // Above the least that an engine process may take; the machine may have no more than that.
  allocate: /(ended|SIGKILL) after \d.*holding \d{3,} MB/,
};

export const poisonPictures: Scenario = {
  row: "Decoder crash, endless loop, allocation of 10 GB",
  name: "pictures crash, hang or fill every engine process that opens them",
  async play(arena) {
    const good = arena.of(20, 100);
    const bad = harms.map((harm) => poison(arena.ordinary, harm));
    const load = arena.load({
      pictures: [...bad, ...Array.from({ length: good }, () => arena.ordinary)],
      images: bad.length + good,
    });
    await load.done;
    await arena.rows.noneUnfinished(180_000);
    const listed = (await (await fetch(`${arena.url}/v1/images?status=failed&limit=100`)).json()) as {
      items: { id: string; filename: string; error: { message: string } | null }[];
    };
    const ends: string[] = [];
    for (const { name } of bad) {
      const image = listed.items.find(({ id, filename }) => load.accepted.has(id) && filename === name);
      const harm = name.slice("poison-".length, -".jpg".length) as Harm;
      const message = image?.error?.message ?? "";
      if (!evidence[harm].test(message))
        throw new Error(`${harm}: failed, but only with the words: ${message}`);
      const [row] = await arena.rows.images(`id = '${image?.id}'`);
      // The second strike is the end, and not written any more.
      if (row?.strikes !== 1) throw new Error(`${harm}: failed after ${row?.strikes} strikes and one more`);
      ends.push(`${harm}: “${message}”`);
    }
    const before = await failedOnes(arena);
    const figure = `${ends.join(" ")} ${await arena.settled(load)}`;
    await onlyWhenAsked(arena, before);
    return figure;
  },
};

function failedOnes({ rows }: Arena) {
  return rows.images("filename = 'poison-SIGSEGV.jpg' and status = 'failed'");
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
  await rows.noneUnfinished(120_000);
}
