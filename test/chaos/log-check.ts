import type { Arena } from "./arena.ts";
import type { Load } from "./load.ts";

/** A few lines a second and one for each image: more is a hot loop. */
const linesASecond = 5;

/** What Node writes where an error, or a leak of listeners, was nobody's: the first two are the end of a process. */
const uncaught =
  /^Node\.js v\d.*$|.*(?:unhandled ?rejection|uncaught ?exception|unhandledpromise|MaxListenersExceeded).*/im;

/** No log is flooded, and in none is an error that nobody caught. */
export function logFaults({ processes, checkedAt }: Arena, { accepted, refused }: Load): string[] {
  const seconds = Math.max(10, (Date.now() - checkedAt) / 1_000);
  const requests = [...refused.values()].reduce((sum, times) => sum + times, 0);
  const allowed = linesASecond * seconds + accepted.size + requests;
  return processes.flatMap(({ name, lives, failedStarts }) => {
    const texts = [...lives.map((life) => life.output()), ...failedStarts];
    const faults = texts.flatMap((text) => {
      const at = text.search(uncaught);
      return at < 0
        ? []
        : [`${name} left an error uncaught: ${text.slice(Math.max(0, at - 1_000), at + 200)}`];
    });
    const bugs = lives
      .flatMap((life) => life.log())
      .filter(({ code, time }) => code === "internal_error" && Date.parse(String(time)) >= checkedAt)
      .map((line) => `${name} did not know what went wrong: ${JSON.stringify(line).slice(0, 1_500)}`);
    faults.push(...bugs.slice(0, 3));
    const loud = lives
      .flatMap((life) => life.log())
      .filter(({ level, time }) => isLoud(level) && Date.parse(String(time)) >= checkedAt);
    if (loud.length <= allowed) return faults;
    const example = JSON.stringify(loud.at(-1)).slice(0, 300);
    return [
      ...faults,
      `${name} wrote ${loud.length} warnings in ${seconds.toFixed(0)} s, such as ${example}`,
    ];
  });
}

function isLoud(level: unknown): boolean {
  return level === "warn" || level === "error" || level === "fatal";
}
