import { isRoot } from "./disk.ts";

/** Root opens every folder, whatever its mode says. Services are no such user, and neither are those of an arena. */
export const asOthers: readonly string[] = isRoot
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
  : [];
