/** What something took: seconds on the clock, and what of them the processor and the system's memory had. */

export interface Usage {
  seconds: number
  /** Of all threads, of the program and of the system for it. */
  userSeconds: number
  systemSeconds: number
  /** Pages that the system had to provide. */
  faults: number
}

export async function measured<T>(action: () => Promise<T>): Promise<Usage & { result: T }> {
  const before = process.resourceUsage()
  const began = performance.now()
  const result = await action()
  const seconds = (performance.now() - began) / 1000
  const after = process.resourceUsage()
  return {
    result,
    seconds,
    userSeconds: (after.userCPUTime - before.userCPUTime) / 1e6,
    systemSeconds: (after.systemCPUTime - before.systemCPUTime) / 1e6,
    faults: after.minorPageFault - before.minorPageFault,
  }
}

export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
