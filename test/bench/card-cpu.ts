/** What processes and the machine have used of its processors, from the system's own accounts. */
import { readFileSync } from 'node:fs';

/** The unit of both files: a hundredth of a second on every Linux that Node runs on. */
const TICK_MS = 10;

export interface CpuReading {
  /** By process, all its threads; and of the one thread that runs its program. */
  readonly ms: Readonly<Record<string, number>>;
  readonly programMs: Readonly<Record<string, number>>;
  readonly machineMs: number;
  /** What the host gave to others while there was work here: of a rented machine only. */
  readonly stolenMs: number;
}

export function readCpu(pids: Readonly<Record<string, number>>): CpuReading {
  const each = (file: (pid: number) => string) =>
    Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, usedMs(file(pid))]));
  return {
    ms: each((pid) => `/proc/${pid}/stat`),
    programMs: each((pid) => `/proc/${pid}/task/${pid}/stat`),
    ...machine(),
  };
}

/** User and system time. */
function usedMs(file: string): number {
  const text = readFileSync(file, 'utf8');
  // The program's name stands in brackets and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Of all processors together, all but idle and waiting for the disk. */
function machine(): Pick<CpuReading, 'machineMs' | 'stolenMs'> {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { machineMs: (user + nice + system + irq + softirq) * TICK_MS, stolenMs: steal * TICK_MS };
}
