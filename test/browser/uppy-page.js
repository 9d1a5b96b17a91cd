import Uppy from "@uppy/core";
import Tus from "@uppy/tus";

/*
 * The script of a page with Uppy, nothing set but the address and its patience. Its outcome is the page's title.
 * Not TypeScript: Uppy's types bring the browser's, which contradict Node's in everything beside this file.
 */
const uppy = new Uppy({ autoProceed: true }).use(Tus, {
  endpoint: "/v1/uploads",
  retryDelays: Array.from({ length: 100 }, () => 200),
});
uppy.on("upload-success", (_file, response) => {
  document.title = `done ${response.uploadURL}`;
});
uppy.on("upload-error", (_file, error) => {
  document.title = `failed ${error.message}`;
});
document.querySelector("input").addEventListener("change", ({ target }) => {
  for (const file of target.files) uppy.addFile({ name: file.name, type: file.type, data: file });
});
