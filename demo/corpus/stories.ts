/** Short simple stories, so that text is not only single sentences. */
import type { Random } from '../random.ts'
import { firstNames } from '../world/people.ts'
import type { World } from '../world/world.ts'
import type { Document } from './document.ts'
import { colours, moods, objects, places } from './things.ts'

const pronouns = { f: { subject: 'She', possessive: 'her' }, m: { subject: 'He', possessive: 'his' } } as const

export function story(random: Random, world: World): Document {
  const gender = random.chance(0.5) ? 'f' : 'm'
  const hero = random.pick(firstNames[gender])
  const friend = random.pick([...firstNames.f, ...firstNames.m].filter((other) => other !== hero))
  const { subject, possessive } = pronouns[gender]
  const [object, colour, place, mood] = [random.pick(objects), random.pick(colours), random.pick(places), random.pick(moods)]
  const person = random.pick(world.people)
  const his = pronouns[person.gender]
  const tales = [
    `${hero} had a ${colour} ${object}. One day ${hero} took the ${object} to the ${place}. ${subject} lost it there. ` +
      `${friend} found the ${colour} ${object} and gave it back to ${hero}. ${subject} was ${mood}.`,
    `One morning ${hero} went to the ${place} with ${friend}. ${subject} bought a ${object}. "I like ${possessive} ` +
      `${object}", said ${friend}. ${hero} was ${mood}.`,
    `${person.name} is a ${person.profession[person.gender].en} from ${person.birthplace.name.en}. One day ${his.subject.toLowerCase()} ` +
      `met ${friend} at the ${place}. They were ${mood}.`,
    `${friend} lost a ${object} at the ${place}. ${hero} looked for it. ${subject} found the ${object} and gave it to ` +
      `${friend}. ${friend} was ${mood}.`,
  ]
  return { prompt: random.pick(tales), answer: '', rest: '' }
}
