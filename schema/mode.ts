import { builder } from './builder.ts'

export const Mode = builder.enumType('Mode', {
  description: 'Which reading of the method an attribution was computed with.',
  values: {
    CORRECTED: { value: 'corrected', description: 'The method as published and completed: the scores add up.' },
    REFERENCE: {
      value: 'reference',
      description: "What the authors' code does beyond the paper, for comparing numbers.",
    },
  },
})
