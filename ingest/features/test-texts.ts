/** Texts that a feature set is tried on when it is added: those of a dataset, or ordinary ones if none is given. */
import type { Store } from '../../src/store/index.ts'

/** More texts than the self-test usually reads, so that it gets enough tokens even from short ones. */
const MOST_TEXTS = 200

/** Prompts of a dataset, spread over all of it. */
export async function textsOfDataset(store: Store, datasetId: number): Promise<string[]> {
  const rows = await store.query<{ text: string }>(
    `SELECT p.text FROM dataset d
     JOIN prompt p ON p.dataset_id = d.id AND p.index % greatest(1, d.prompt_count / $2) = 0
     WHERE d.id = $1 ORDER BY p.index LIMIT $2`,
    [datasetId, MOST_TEXTS],
  )
  return rows.map(({ text }) => text)
}

/** Prose, talk, a list, a letter, a program: what a model of English has seen much of. */
export const ordinaryTexts: readonly string[] = [
  'The river rises in the hills above the town and reaches the sea forty miles further south. For centuries people built ' +
    'mills along its banks, and the oldest of them, from 1412, still grinds corn for visitors on Sundays in summer.',
  'When water freezes it expands by about nine percent. This is why ice floats, and why pipes burst in winter: the ' +
    'pressure of freezing water is larger than what copper or steel can bear.',
  '"Have you seen my keys?" she asked. "They were on the table this morning." He shook his head without looking up from ' +
    'his newspaper. "Perhaps they are in the car," he said, "where you found them last week."',
  'In 1969, two astronauts walked on the Moon while a third stayed in orbit. The mission lasted eight days. They brought ' +
    'back twenty-one kilograms of rock, which laboratories in nine countries examined for many years.',
  'def mean(values):\n    if len(values) == 0:\n        raise ValueError("no values")\n    return sum(values) / len(values)\n',
  'Heat the oil in a large pan and fry the onions until they are golden. Add the garlic, the tomatoes and a little salt, ' +
    'cover the pan, and let it simmer for twenty minutes. Serve with rice or fresh bread.',
  'Dear Mr. Harris, thank you for your letter of 3 March. We are sorry that the delivery was late. The remaining parts ' +
    'will be sent on Monday, and we have taken ten percent off the invoice. Yours sincerely, A. Lindqvist',
  'The committee agreed that taxes on fuel should rise slowly over five years, so that families and small companies have ' +
    'time to adapt. Critics said the plan was too timid; supporters called it the only one that could pass parliament.',
  'The Pacific is the largest of the oceans; it covers more of the planet than all land together. Its deepest place lies ' +
    'almost eleven kilometres below the surface, where no light has ever reached and the pressure is enormous.',
  'Photosynthesis turns carbon dioxide and water into sugar and oxygen. It happens in the leaves, in small bodies called ' +
    'chloroplasts, and it needs light. Almost all life on Earth depends on it in one way or another.',
]
