import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "web/**/*.test.ts"],
          pool: "forks",
          testTimeout: 20_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: "suites",
          include: ["test/**/*.test.ts"],
          globalSetup: ["test/openapi/global-setup.ts"],
          setupFiles: ["test/openapi/check-answers.ts"],
          pool: "forks",
          // Real servers, browsers and engine processes: files run one after another, so that a slow machine
          // slows the suite and never fails it.
          fileParallelism: false,
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
