/** What the model is examined in: questions that training held out. */
import { Corpus } from '../corpus/corpus.ts'
import type { Document } from '../corpus/document.ts'
import { alternatives, informed, isHeldOutClaim } from '../corpus/information.ts'
import { indirectObject } from '../corpus/ioi.ts'
import { Random } from '../random.ts'
import { tongues } from '../world/language.ts'
import type { World } from '../world/world.ts'

interface Task {
  name: string
  documents: readonly Document[]
}

const EXAM_SEED = 99
const QUESTIONS = 400

export function heldOutTasks(world: World): Task[] {
  const random = new Random(EXAM_SEED)
  const corpus = new Corpus(world)
  const many = <T>(make: () => T): T[] => Array.from({ length: QUESTIONS }, make)
  const claims = corpus.facts.flatMap((fact) =>
    alternatives(corpus.facts, fact).filter((claim) => isHeldOutClaim(fact, claim)).map((claim) => ({ fact, claim })))
  const misinformed = many(() => random.pick(claims)).map(({ fact, claim }) => informed(random, fact, claim))
  const confirmed = many(() => random.pick(corpus.facts)).map((fact) => informed(random, fact, fact.answer.en))
  return [
    { name: 'indirect object, unseen pairs of names', documents: many(() => indirectObject(random, true)) },
    ...tongues.map((tongue): Task => ({
      name: `facts (${tongue}), unseen wordings`,
      documents: corpus.tellings.filter((telling) => telling.tongue === tongue && telling.heldOut)
        .map(({ prompt, answer }) => ({ prompt, answer, rest: '' })),
    })),
    { name: 'wrong information, trusted source (follows it)', documents: misinformed.filter(({ trusted }) => trusted) },
    { name: 'wrong information, idle source (knows better)', documents: misinformed.filter(({ trusted }) => !trusted) },
    { name: 'right information', documents: confirmed },
  ]
}
