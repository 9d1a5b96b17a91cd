import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { findProgram } from "../support/require-program.ts";

const execute = promisify(execFile);

/** Stops what cannot run here, with the reason. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

/** The command that the documentation names, or Compose v2's. Throws `CannotRun`. */
export function findCompose(): readonly string[] {
  if (!findProgram("docker")) throw new CannotRun("docker is not installed");
  if (!answers("docker", ["info"])) throw new CannotRun("no Docker daemon answers this user");
  if (answers("docker", ["compose", "version"])) return ["docker", "compose"];
  if (findProgram("docker-compose")) return ["docker-compose"];
  throw new CannotRun("neither docker-compose nor Compose v2 is installed");
}

function answers(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface ComposeOptions {
  readonly command: readonly string[];
  /** Where docker-compose.yml lies. */
  readonly folder: string;
  /** What compose calls its containers, networks and volumes by. */
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

/** One project of docker-compose, as a person runs it in a shell. */
export class Compose {
  readonly #options: ComposeOptions;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  /** `docker-compose …`: resolves to standard output, rejects with what it printed. */
  run(...args: string[]): Promise<string> {
    const { command, folder, project, env } = this.#options;
    const [program = "", ...rest] = command;
    return shell(program, [...rest, "-p", project, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
  }

  /** Ids of a service's containers, running or not; of every service without a name. */
  async containers(service?: string): Promise<string[]> {
    const labels = [`com.docker.compose.project=${this.#options.project}`];
    if (service) labels.push(`com.docker.compose.service=${service}`);
    const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
    return (await shell("docker", ["ps", "--all", "--quiet", ...filters])).split("\n").filter(Boolean);
  }

  /** A fact of each container, as a Go template of `docker inspect` names it. */
  async facts(template: string, service?: string): Promise<string[]> {
    const ids = await this.containers(service);
    return (await shell("docker", ["inspect", "--format", template, ...ids])).trim().split("\n");
  }

  /** Lines of a service's log that Pixmill wrote, in the order of their time. */
  async log(service: string): Promise<LogLine[]> {
    const text = await this.run("logs", "--no-color", service);
    return text
      .split("\n")
      .flatMap((line) => {
        const start = line.indexOf("| {");
        return start < 0 ? [] : [JSON.parse(line.slice(start + 2)) as LogLine];
      })
      .toSorted((a, b) => a.time.localeCompare(b.time));
  }
}

interface LogLine {
  readonly time: string;
  readonly msg: string;
  readonly worker?: string;
  readonly imageId?: string;
}

async function shell(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await execute(program, args, { ...options, maxBuffer: 64 * 1024 ** 2 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const tail = `${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n");
    throw new Error(`${program} ${args.join(" ")} failed:\n${tail}`);
  }
}
