import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { requestFor, testLimits, workFolder } from "../../../test/support/engine-work.ts";
import { PixmillError } from "../../errors.ts";
import { faultCode } from "./fault.ts";
import { sharp } from "./locked-sharp.ts";
import { render } from "./render.ts";
import { openSource } from "./source.ts";

const codeOf = (work: Promise<unknown>) => work.then(() => "no error", faultCode);

describe("the code of a fault", () => {
  test("an error of our own keeps its code", () => {
    expect(faultCode(new PixmillError("image_too_large"))).toBe("image_too_large");
  });

  test("what libvips says is the picture's fault, unless its words say otherwise", () => {
    expect(faultCode(new Error("VipsJpeg: premature end of JPEG image"))).toBe("corrupt_image");
    expect(faultCode(new Error("out of memory -- size == 40MB"))).toBe("out_of_memory");
    expect(faultCode(new Error("Input image exceeds pixel limit"))).toBe("image_too_large");
  });

  test("a mistake of our own is not blamed on the picture", () => {
    expect(faultCode(new TypeError("x is not a function"))).toBe("internal_error");
    let thrown: unknown;
    try {
      sharp().resize(-1);
    } catch (error) {
      thrown = error;
    }
    expect(faultCode(thrown)).toBe("internal_error");
  });

  test("a work folder without its picture is original_missing", async () => {
    await using folder = await workFolder();
    expect(await codeOf(openSource(folder.path, testLimits))).toBe("original_missing");
  });

  test("results that cannot be written are a fault of storage, not of the picture", async () => {
    await using folder = await workFolder();
    const { path } = folder;
    await sharp({ create: { width: 20, height: 10, channels: 3, background: "red" } })
      .png()
      .toFile(join(path, "source"));
    // A folder in the result's place fails for root too.
    await mkdir(join(path, "0.png"));
    expect(await codeOf(render(requestFor(path, { width: 10 })))).toBe("storage_error");
    const full = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
    expect(faultCode(full)).toBe("storage_full");
  });
});
