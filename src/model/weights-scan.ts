/** Looks for NaN and infinity in weights: one such number turns every attribution of the model into NaN. */
import { UserError } from '../errors.ts'
import { type Dtype, elementBytes, type TensorEntry } from './safetensors.ts'
import type { Block } from './safetensors-read.ts'

/** Refuses (BAD_MODEL) a block of weights with NaN or infinity; `blockBytes` is the size of full blocks. */
export function refuseNonFinite(block: Block, blockBytes: number): void {
  const place = nonFiniteAt(block, blockBytes)
  if (place === null) return
  throw new UserError('BAD_MODEL', `${block.entry.name} holds NaN or infinity at ${place}; expected finite ` +
    'weights. Download or convert the model again.')
}

/** The indices of the block's first NaN or infinity, as text; null if all are finite. */
export function nonFiniteAt({ entry, index, bytes }: Block, blockBytes: number): string | null {
  const found = scanners[entry.dtype]?.(bytes) ?? -1
  return found < 0 ? null : where(entry, index * (blockBytes / elementBytes(entry.dtype)) + found)
}

/** A float is NaN or infinite if its exponent bits are all 1. Each function gives the first such element, or −1. */
const scanners: Partial<Record<Dtype, (bytes: Uint8Array<ArrayBuffer>) => number>> = {
  F32(bytes) {
    const bits = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7f800000) === 0x7f800000) return i
    return -1
  },
  F64(bytes) {
    const bits = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    for (let i = 1; i < bits.length; i += 2) if ((bits[i]! & 0x7ff00000) === 0x7ff00000) return (i - 1) / 2
    return -1
  },
  F16: (bytes) => findHalf(bytes, 0x7c00),
  BF16: (bytes) => findHalf(bytes, 0x7f80),
}

function findHalf(bytes: Uint8Array<ArrayBuffer>, exponent: number): number {
  const bits = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & exponent) === exponent) return i
  return -1
}

function where({ shape }: TensorEntry, position: number): string {
  const indices: number[] = []
  for (const extent of [...shape].reverse()) {
    indices.unshift(position % extent)
    position = Math.floor(position / extent)
  }
  return `[${indices.join(', ')}]`
}
