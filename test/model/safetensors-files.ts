/** Makes safetensors files for tests, right or deliberately wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export interface TestTensor {
  dtype: string
  shape: number[]
  bytes: Uint8Array
}

/** Removed when the test ends. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tributary-test-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export const float32 = (shape: number[], values: ArrayLike<number>): TestTensor =>
  ({ dtype: 'F32', shape, bytes: new Uint8Array(Float32Array.from(values).buffer) })

export const half = (dtype: 'F16' | 'BF16', shape: number[], bits: ArrayLike<number>): TestTensor =>
  ({ dtype, shape, bytes: new Uint8Array(Uint16Array.from(bits).buffer) })

interface FileOptions {
  /** Makes the header longer, as writers do. */
  pad?: number
  metadata?: Record<string, string>
}

/** Tensors in the order given, without gap, as the format wants them. */
export function writeSafetensors(
  path: string, tensors: Record<string, TestTensor>, { pad = 0, metadata = { format: 'pt' } }: FileOptions = {},
): void {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
  }
  writeRaw(path, JSON.stringify(header) + ' '.repeat(pad), Buffer.concat(Object.values(tensors).map(({ bytes }) => bytes)))
}

/** Any header text, any data; `claimedBytes` lies about the header's length. */
export function writeRaw(path: string, header: string, data: Uint8Array, claimedBytes?: bigint): void {
  const text = Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(claimedBytes ?? BigInt(text.length))
  writeFileSync(path, Buffer.concat([length, text, data]))
}
