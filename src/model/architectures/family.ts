/** The interface of a family of models. A family's file beside this one is the only place that knows the family. */
import { z } from 'zod'
import type { ModelConfig } from '../config.ts'
import type { Naming } from './naming.ts'

export type RawConfig = Readonly<Record<string, unknown>>

export type Implied = Readonly<Record<string, (value: unknown, text: RawConfig) => boolean>>

export interface Family {
  /** What people call these models. */
  readonly title: string
  /** `model_type` in config.json. */
  readonly modelTypes: readonly string[]
  /** The keys of config.json that are read. */
  readonly keys: readonly string[]
  /**
   * Keys that other families read and this one does not. Each says for a value whether it describes what is computed
   * here anyway. A key with any other value is refused (foreign-settings.ts).
   */
  readonly implied: Implied
  /** The part of config.json that describes the language model. */
  text(raw: RawConfig): RawConfig
  /** From config.json with all defaults of the transformers class. Throws a ZodError or a UserError. */
  config(text: RawConfig): ModelConfig
  naming(config: ModelConfig): Naming
}

interface FamilyParts<F extends z.ZodRawShape> {
  title: string
  modelTypes: readonly string[]
  /**
   * The fields that are read. Defaults are those of the transformers class, because a file may leave out what its
   * class assumes.
   */
  fields: F
  implied?: Implied
  text?: (raw: RawConfig) => RawConfig
  config: (raw: z.infer<z.ZodObject<F>>) => ModelConfig
  naming: (config: ModelConfig) => Naming
}

export function family<F extends z.ZodRawShape>(parts: FamilyParts<F>): Family {
  const schema = z.object(parts.fields)
  return {
    title: parts.title,
    modelTypes: parts.modelTypes,
    keys: Object.keys(parts.fields),
    implied: parts.implied ?? {},
    text: parts.text ?? ((raw) => raw),
    config: (text) => parts.config(schema.parse(text)),
    naming: parts.naming,
  }
}
