import { readFileSync, writeFileSync } from 'node:fs';

const MEGABYTE = 1024;

/** How much memory a process takes, in MB, and how much it took at most since the last {@link forgetPeak}. Linux only. */
export function memoryOf(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / MEGABYTE;
  return { resident: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

/** The kernel counts the peak anew from here. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
