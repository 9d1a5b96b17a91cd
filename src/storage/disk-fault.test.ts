import { expect, it } from "vitest";
import { PixmillError } from "../errors.ts";
import { diskFault } from "./disk-fault.ts";

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: open '/secret/path'`), { code, syscall: "open", errno: -1 });
}

it.each([
  ["ENOSPC", "storage_full"],
  ["EDQUOT", "storage_full"],
  ["EACCES", "storage_error"],
  ["EROFS", "storage_error"],
  ["EMFILE", "storage_error"],
  ["EIO", "storage_error"],
])("%s is %s, with the cause kept and no path shown", (code, expected) => {
  const cause = errno(code);
  const fault = diskFault(cause);
  expect(fault).toBeInstanceOf(PixmillError);
  expect(fault).toMatchObject({ code: expected, cause, message: expect.not.stringContaining("secret") });
});

it("leaves alone what no system call has thrown", () => {
  for (const error of [new TypeError("bug"), new PixmillError("empty_file"), "text", undefined]) {
    expect(diskFault(error)).toBe(error);
  }
});
