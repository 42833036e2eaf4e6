/** A text as a model reads it, before anything is asked of it. */
import { forTokenizer } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { entries } from '../cost.ts'
import { modelLoader } from '../loaders/models.ts'
import { Token } from './sequence.ts'

/** A row for as many characters: reading a text is much cheaper than attributing it. */
const CHARACTERS_PER_ROW = 100

const TokenizeInput = builder.inputType('TokenizeInput', {
  description: 'A text, and the model that would read it.',
  fields: (t) => ({
    model: t.string({ required: true, description: "The model's slug or hash." }),
    text: t.string({
      required: true,
      description: 'The text.',
      extensions: { ...forTokenizer.extensions, ...entries(0).extensions },
    }),
  }),
})

/** Id of no row of the database, since a text that is only looked at is not stored. */
const NOWHERE = 0

builder.queryField('tokenize', (t) =>
  t.field({
    type: [Token],
    nullable: true,
    description: 'The tokens that a text becomes, with those that the tokenizer adds. Null only with an error.',
    args: { input: t.arg({ type: TokenizeInput, required: true, description: 'The text, and whose tokens.' }) },
    complexity: ({ input: { text } }) => ({ field: 1 + text.length / CHARACTERS_PER_ROW, multiplier: 1 }),
    resolve: async (_root, { input: { model, text } }, context) => {
      const tokens = await context.attributions.tokenize(await modelLoader(context).load(model), text)
      return tokens.map(({ id, text: own, start, end }, index) => ({
        sequenceId: NOWHERE, index, tokenId: id, text: own, start, end,
      }))
    },
  }),
)
