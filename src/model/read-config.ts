/** The text of config.json → the normalised description of a model, or one sentence about why it cannot be computed. */
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { familyOf, supportedModelTypes } from './architectures/families.ts'
import type { Family, RawConfig } from './architectures/family.ts'
import type { ModelConfig } from './config.ts'
import { refuseForeignSettings } from './foreign-settings.ts'
import { refuseQuantized } from './quantized.ts'

/** `text` is the content of config.json; `where` names it in messages. */
export function parseConfig(text: string, where: string): ModelConfig {
  const raw = parseJsonObject(text, where)
  const family = requireFamily(raw, where)
  const language = family.text(raw)
  refuseQuantized(raw, family, where)
  refuseForeignSettings(raw, language, family, where)
  try {
    const config = family.config(language)
    checkHeads(config, where)
    return config
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const issues = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw new UserError('BAD_MODEL', `${where} is not a usable ${String(raw.model_type)} configuration (${issues}); correct it ` +
      'or download it again.', { cause: error })
  }
}

function parseJsonObject(text: string, where: string): RawConfig {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${where} is not JSON; download it again.`, { cause })
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new UserError('BAD_MODEL', `${where} is not a JSON object; download it again.`)
  }
  return raw as RawConfig
}

function requireFamily({ model_type: type }: RawConfig, where: string): Family {
  const family = typeof type === 'string' ? familyOf(type) : undefined
  if (family !== undefined) return family
  const came = typeof type === 'string' ? `the model_type "${type}"` : 'no model_type'
  throw new UserError('UNSUPPORTED', `${where} has ${came}; supported are ${supportedModelTypes.join(', ')}.`)
}

function checkHeads({ H, K }: ModelConfig, where: string): void {
  if (K > H || H % K !== 0) {
    throw new UserError('BAD_MODEL', `${where} shares ${K} key/value heads among ${H} heads, which does not come out even; ` +
      'correct num_key_value_heads.')
  }
}
