/** What a tokenizer makes of a dataset's prompts, and of the answers they expect. */
import { type NewSequence, saveSequencesIn } from './sequences.ts'
import { type Store, inTransaction } from './store.ts'
import { storableText } from './text.ts'

export interface NewPromptSequence {
  promptId: number
  sequence: NewSequence
  /** The span of each token in the prompt's own text, in UTF-16 offsets; null for special tokens. */
  spans: readonly ([start: number, end: number] | null)[]
  /** null when the prompt has no answer. */
  answer: {
    /** The first token of the answer where it follows the prompt. */
    tokenId: number
    text: string
    /** How many tokens the whole answer has. */
    tokens: number
  } | null
}

/** A prompt that already has a sequence of this tokenizer keeps it. */
export async function savePromptSequences(store: Store, prompts: readonly NewPromptSequence[]): Promise<void> {
  await inTransaction(store, async (client) => {
    const ids = await saveSequencesIn(client, prompts.map(({ sequence }) => sequence))
    await client.query(
      `INSERT INTO prompt_sequence
         (prompt_id, tokenizer_hash, sequence_id, answer_token_id, answer_text, answer_tokens, spans)
       SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::int[], $5::text[], $6::int[], $7::jsonb[])
       ON CONFLICT DO NOTHING`,
      [
        prompts.map(({ promptId }) => promptId),
        prompts.map(({ sequence }) => sequence.tokenizerHash),
        ids,
        prompts.map(({ answer }) => answer?.tokenId ?? null),
        prompts.map(({ answer }) => (answer ? storableText(answer.text) : null)),
        prompts.map(({ answer }) => answer?.tokens ?? null),
        prompts.map(({ spans }) => JSON.stringify(spans)),
      ],
    )
  })
}
