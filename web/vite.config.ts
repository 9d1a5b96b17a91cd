import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses, so that the page also works behind a prefix.
  base: "./",
  plugins: [preact()],
  build: {
    target: "es2022",
    // The browsers that know light-dark(), by which one token serves both themes.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    outDir: "dist",
    emptyOutDir: true,
    // The page's policy allows no inline code; every browser of the target preloads modules by itself.
    assetsInlineLimit: 0,
    // One sheet of some kilobytes: a view whose own sheet did not come once would stay without it.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/v1": "http://127.0.0.1:5000", "/upload": "http://127.0.0.1:5000" },
  },
});
