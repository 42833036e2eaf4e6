/** A prompt as a client gives it: text, token ids, or a chat. */
import { forTokenizer } from '../argument-check.ts'
import { builder } from '../builder.ts'
import { entries } from '../cost.ts'

/** The text itself costs nothing here: the field that computes with the prompt charges for it (job/computation.ts). */
export const promptText = { extensions: { ...forTokenizer.extensions, ...entries(0).extensions } }

export const MessageInput = builder.inputType('MessageInput', {
  description: 'One message of a chat.',
  fields: (t) => ({
    role: t.string({ required: true, description: 'Whose words they are: system, user, assistant, or what the template knows.' }),
    content: t.string({ required: true, description: 'The words.', ...promptText }),
  }),
})
