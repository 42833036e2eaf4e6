/** What a refused request would have cost, in words. */
import type { Estimate } from './attributor.ts'

export const describeCost = ({ bytes, flops, components }: Estimate): string =>
  `${formatBytes(bytes)} of memory and ${formatQuantity(flops, 'FLOP')} for ${components} components`

/** Powers of 1024, as memory is sold: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  return scale(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'])
}

/** Powers of 1000, as arithmetic is counted: `3.2 GFLOP`. */
function formatQuantity(amount: number, unit: string): string {
  return scale(amount, 1000, ['', 'k', 'M', 'G', 'T', 'P'].map((prefix) => `${prefix}${unit}`))
}

function scale(amount: number, base: number, units: readonly string[]): string {
  let power = 0
  while (power < units.length - 1 && amount >= base) {
    amount /= base
    power++
  }
  const digits = power === 0 || amount >= 100 ? 0 : 1
  return `${amount.toFixed(digits)} ${units[power]}`
}
