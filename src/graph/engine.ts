/** A loaded model as graphs need it. */
import type { FeatureSets } from '../depass/partition/kind.ts'
import type { Passes } from '../depass/passes.ts'

export interface GraphEngine {
  passes: Passes
  sets: FeatureSets
  tokenText(id: number): string
}
