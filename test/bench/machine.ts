/** The machine that a benchmark ran on, and what else it did meanwhile. */
import { readFileSync } from 'node:fs'
import os from 'node:os'

export interface Machine {
  cores: number
  processor: string | undefined
  node: string
  loadAverage: number | undefined
  /**
   * The share of the time in which the processors had work, that the host of a virtual machine gave to others instead. Null
   * where the system does not tell. A tenth is enough to make seconds of two runs incomparable.
   */
  stolen: number | null
}

interface Ticks {
  busy: number
  stolen: number
}

/** Since the machine started, of all processors: user nice system idle iowait irq softirq steal. */
function ticks(): Ticks | null {
  try {
    const [, line = ''] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? []
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = line.split(' ').map(Number)
    return { busy: user + nice + system + irq + softirq, stolen }
  } catch {
    return null
  }
}

/** Watches from now on; the returned function says what was seen. */
export function watchMachine(): () => Machine {
  const before = ticks()
  return () => {
    const after = ticks()
    const gone = before && after && { busy: after.busy - before.busy, stolen: after.stolen - before.stolen }
    return {
      cores: os.cpus().length, processor: os.cpus()[0]?.model, node: process.version, loadAverage: os.loadavg()[0],
      stolen: gone && gone.busy + gone.stolen > 0 ? gone.stolen / (gone.busy + gone.stolen) : null,
    }
  }
}
