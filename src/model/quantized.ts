/**
 * Folders whose weights are quantized. One form is read (MXFP4, in which gpt-oss is published); others are refused by
 * name.
 */
import { UserError } from '../errors.ts'
import type { Family, RawConfig } from './architectures/family.ts'

/** Refuses (UNSUPPORTED) weights in a quantized form that is not read here. */
export function refuseQuantized(raw: RawConfig, { modelTypes }: Family, where: string): void {
  // compressed-tensors first used the second name.
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
