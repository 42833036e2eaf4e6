/** The tokens that the model itself would say at the position that was read. */
import { builder } from '../builder.ts'

interface CandidateShape {
  id: number
  text: string
  logit: number
  probability: number
}

export const Candidate = builder.objectRef<CandidateShape>('Candidate').implement({
  description: 'A token that the model may say next, with its place in the whole distribution.',
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: "Its number in the model's vocabulary." }),
    text: t.exposeString('text', { description: 'Its text, with its leading space.' }),
    logit: t.exposeFloat('logit', { description: 'Its logit in the undecomposed pass.' }),
    probability: t.exposeFloat('probability', { description: 'Its probability, of the whole vocabulary.' }),
  }),
})
