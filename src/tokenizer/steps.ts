/** The steps of a tokenizer.json (normalizer, pre-tokenizer, post-processor, decoder), which nest. */
import { z } from 'zod'

/** A step of the pipeline: its type and whatever else that type reads. */
export const stepSchema = z.looseObject({ type: z.string() })
export type Step = z.infer<typeof stepSchema>

const innerKeys = ['normalizers', 'pretokenizers', 'processors', 'decoders'] as const

const innerSteps = (step: Step): Step[] =>
  innerKeys.flatMap((key) => z.array(stepSchema).safeParse(step[key]).data ?? [])

/** `step` and all steps inside it, outermost first. */
export function flattenSteps(step: Step | null): Step[] {
  if (!step) return []
  return [step, ...innerSteps(step).flatMap(flattenSteps)]
}

/** `step` with each simple step inside it replaced; null removes a step. */
export function mapSteps(step: Step | null, replace: (step: Step) => Step | null): Step | null {
  if (!step) return null
  const key = innerKeys.find((candidate) => candidate in step)
  if (!key) return replace(step)
  const inner = innerSteps(step).map((each) => mapSteps(each, replace)).filter((each) => each !== null)
  return { ...step, [key]: inner }
}
