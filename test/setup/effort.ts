/** The processor time since then, in milliseconds: what else the machine does at the moment is none of it. */
export function effortMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
