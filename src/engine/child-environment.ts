/**
 * What a child may inherit. Everything else stays behind, above all secrets: a decoder that is taken over finds
 * none. LD_PRELOAD and MALLOC_CONF carry the allocator of the container image.
 */
const inherited = ["PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "LD_PRELOAD", "MALLOC_CONF"];

/** The whole environment of a child, given the parent's. `codeCache`: the folder in which its code is kept compiled. */
export function childEnvironment(parent: NodeJS.ProcessEnv, codeCache?: string): Record<string, string> {
  const environment: Record<string, string> = {
    // glibc keeps an arena a thread, and never gives their holes back.
    MALLOC_ARENA_MAX: "2",
    // Silences libvips on stderr; its warnings quote the file.
    VIPS_WARNING: "0",
    ...(codeCache !== undefined && { NODE_COMPILE_CACHE: codeCache }),
  };
  for (const name of inherited) {
    const value = parent[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
