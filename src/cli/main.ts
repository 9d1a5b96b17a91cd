#!/usr/bin/env -S node --max-semi-space-size=2
import { exitCodes } from "./failure.ts";
import { run } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever read has read enough, as in `pixmill watch … | head -1`.
  if (error.code === "EPIPE") process.exit(exitCodes.unread);
  throw error;
});
process.exitCode = await run(process.argv.slice(2));
