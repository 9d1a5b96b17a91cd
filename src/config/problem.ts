/** What is wrong with one setting: as it was given, and one sentence with what is allowed and how to mend it. */
export interface Problem {
  /** `PORT=abc` or `--port abc`; secrets are hidden. */
  readonly given: string;
  readonly sentence: string;
}

/** The configuration is refused, with every problem in one message. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(title: string, problems: readonly Problem[]) {
    const lines = problems.map(({ given, sentence }) => `  ${given}: ${sentence}`);
    super([title, ...lines].join("\n"));
    this.problems = problems;
  }
}
