/** Folders whose weights are quantized: one form is read (MXFP4, as gpt-oss is published), the others are refused by name. */
import { UserError } from '../errors.ts'
import type { Family, RawConfig } from './architectures/family.ts'

/** Refuses (UNSUPPORTED) weights that are stored in a form that is not read here. */
export function refuseQuantized(raw: RawConfig, { modelTypes }: Family, where: string): void {
  // The second is how compressed-tensors called it first.
  const described = raw.quantization_config ?? raw.compression_config
  if (described == null) return
  const method = methodOf(described)
  if (method === 'mxfp4' && modelTypes.includes('gpt_oss')) return
  const named = method === null ? 'quantized' : `quantized by ${method}`
  throw new UserError('UNSUPPORTED', `${where} says that the weights are ${named}, which changes them; only the MXFP4 of ` +
    'gpt-oss is read. Use the model in F32, F16 or BF16.')
}

function methodOf(described: unknown): string | null {
  if (typeof described !== 'object' || described === null) return null
  const { quant_method: method } = described as RawConfig
  if (typeof method === 'string') return method
  const bits = ['load_in_8bit', 'load_in_4bit'].some((flag) => (described as RawConfig)[flag] === true)
  return bits ? 'bitsandbytes' : null
}
