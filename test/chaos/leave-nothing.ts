/** Imported by programs: Ctrl-C runs the exit listeners, which end servers and unmount disks. */
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
