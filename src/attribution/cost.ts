/** What a request costs, and how that is printed. */
import { formatBytes } from '../depass/memory-limit.ts'
import { counted } from '../counted.ts'

/** What a request will cost, known before it runs. */
export interface Cost {
  /** Largest memory of the pass beyond the loaded weights, in bytes. */
  bytes: number
  /** Needed arithmetic, in floating point operations. */
  flops: number
  /** Components that will be scored. */
  components: number
}

/** The cost of two requests that are answered together. */
export const addCosts = (a: Cost, b: Cost): Cost => ({ bytes: a.bytes + b.bytes, flops: a.flops + b.flops, components: a.components + b.components })

/**
 * glibc keeps what a pass has freed for the next one, cut into gaps between blocks of many sizes. Measured (`npm run bench`, 14
 * cases from 26 to 1,398 MB): up to 3.5 times what is held at once, and up to 1.3 GB more. What is foreseen by these two was
 * exceeded by less than a third.
 */
const KEPT_TIMES = 2.7
const KEPT_BYTES = 950e6

/** What `ps` may show of a pass that holds `bytes` at once. */
export const residentBytes = (bytes: number): number => Math.min(KEPT_TIMES * bytes, bytes + KEPT_BYTES)

export const describeCost = ({ bytes, flops, components }: Cost): string =>
  `${formatBytes(bytes)} of memory, up to ${formatBytes(residentBytes(bytes))} as ps shows it, and ${formatQuantity(flops, 'FLOP')} for ${counted(components, 'component')}`

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** Powers of 1000, as arithmetic is counted: `3.2 GFLOP`. */
function formatQuantity(amount: number, unit: string): string {
  let power = 0
  while (power < PREFIXES.length - 1 && amount >= 1000) {
    amount /= 1000
    power++
  }
  return `${amount.toFixed(power === 0 || amount >= 100 ? 0 : 1)} ${PREFIXES[power]}${unit}`
}
