import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAttributor } from '../../src/attribution/open.ts'
import { attributionRequestSchema } from '../../src/attribution/request.ts'
import { prepareQuestion, type AttributionQuestion, type ResolveContext } from '../../src/attribution/resolve.ts'
import { projectDir } from '../../src/config.ts'
import { tinyConfig, tinyModel, tinyTokenizer } from './resolve-fixtures.ts'

const withTokenizer: ResolveContext = {
  model: tinyModel,
  tokenizer: tinyTokenizer(),
  config: tinyConfig,
  engine: 'an-engine',
  memoryLimitBytes: 2 ** 30,
}
const without: ResolveContext = { ...withTokenizer, tokenizer: null }

const PROMPT = 'The tower is in'
const ask = (question: Partial<AttributionQuestion>, context = withTokenizer) => {
  const prompt = 'text' in question || 'tokenIds' in question ? {} : { text: PROMPT }
  return prepareQuestion({ by: 'token', ...prompt, ...question }, context)
}
const refusal = (code: string, message: unknown) => expect.objectContaining({ name: 'UserError', code, message })

describe('defaults', () => {
  it('ask for the next token, at the last position, by token, as the method was published', async () => {
    const { request, tokens } = await ask({})
    expect(request).toEqual({
      tokenIds: [0, 10, 11, 7, 8],
      position: 4,
      target: { type: 'logit', tokenId: 'next' },
      partition: { by: 'token', layer: 0 },
      mode: 'corrected',
      rule: 'softmax',
      temperature: 0.1,
      excludeFirst: true,
    })
    expect(attributionRequestSchema.parse(request)).toEqual(request)
    expect(tokens.map((token) => token.text)).toEqual(['<s>', 'The', ' tower', ' is', ' in'])
  })

  it('exclude the first token only by token and where the tokenizer adds one', async () => {
    expect((await ask({}, { ...withTokenizer, tokenizer: tinyTokenizer({ beginning: false }) })).request.excludeFirst).toBe(false)
    expect((await ask({ tokenIds: [1] }, without)).request.excludeFirst).toBe(false)
    expect((await ask({ by: 'head' })).request.excludeFirst).toBe(false)
    expect((await ask({ excludeFirst: false })).request.excludeFirst).toBe(false)
    expect((await ask({ tokenIds: [1], excludeFirst: true }, without)).request.excludeFirst).toBe(true)
  })
})

describe('the prompt', () => {
  it('as ids has the text that the ids say', async () => {
    const { tokens } = await ask({ tokenIds: [0, 10, 11] })
    expect(tokens).toMatchObject([
      { text: '<s>', start: null },
      { text: 'The', start: 0, end: 3 },
      { text: ' tower', start: 3, end: 9 },
    ])
  })

  it('as ids without a tokenizer shows the ids', async () => {
    expect((await ask({ tokenIds: [5, 7] }, without)).tokens.map((token) => token.text)).toEqual(['#5', '#7'])
  })

  it.each([
    ['nothing', { text: null }, 'There is no prompt; give it as text, as messages or as token ids.'],
    ['both', { text: 'The', tokenIds: [1] }, 'The prompt was given as text and as token ids; give one of them.'],
    ['blank text', { text: ' \n' }, 'The prompt is empty; give a text of at least one word.'],
    ['no ids', { tokenIds: [] }, 'The list of token ids is empty; give at least one id.'],
    ['an id past the vocabulary', { tokenIds: [1, 100] }, 'Token 1 of the prompt is 100; the ids of tiny are the whole numbers from 0 to 99.'],
    ['a negative id', { tokenIds: [-1] }, 'Token 0 of the prompt is -1; the ids of tiny are the whole numbers from 0 to 99.'],
    ['a broken id', { tokenIds: [1.5] }, 'Token 0 of the prompt is 1.5; the ids of tiny are the whole numbers from 0 to 99.'],
  ])('is refused: %s', async (_, question, message) => {
    await expect(ask(question)).rejects.toThrow(refusal('BAD_INPUT', message))
  })

  it('as text needs a tokenizer', async () => {
    await expect(ask({}, without)).rejects.toThrow(
      refusal('BAD_INPUT', 'The model tiny has no tokenizer.json; give the prompt as token ids.'),
    )
  })

  it('that is too long is told what it would have cost', async () => {
    const tokenIds = Array.from({ length: 13 }, () => 1)
    await expect(ask({ tokenIds })).rejects.toThrow(
      refusal(
        'TOO_LARGE',
        expect.stringMatching(
          /^The prompt has 13 tokens, but tiny takes at most 12 \(it would have needed [\d.]+ KiB of memory, up to [\d.]+ KiB as ps shows it, and [\d.]+ kFLOP for 13 components\); shorten it by 1 token\.$/,
        ),
      ),
    )
    await expect(ask({ text: 'x'.repeat(2 ** 21) })).rejects.toThrow(refusal('TOO_LARGE', expect.stringContaining('2097152 characters')))
  })
})

it('a loaded model, whose facts are getters, refuses a prompt that is too long in the same words, by the name it was opened with', async () => {
  const attributor = await openAttributor(join(projectDir, 'demo/model'), { name: 'rivers' })
  try {
    const { maxPositions } = attributor.model
    await expect(prepareQuestion({ by: 'token', tokenIds: Array.from({ length: maxPositions + 2 }, () => 1) }, attributor)).rejects.toThrow(
      refusal('TOO_LARGE', expect.stringMatching(/^The prompt has \d+ tokens, but rivers takes at most \d+ \(it would have needed .+ components\); shorten it by 2 tokens\.$/)),
    )
  } finally {
    await attributor.close()
  }
})

describe('the position', () => {
  it('counts from the end when negative', async () => {
    expect((await ask({ position: -2 })).request.position).toBe(3)
    expect((await ask({ position: 0 })).request.position).toBe(0)
    expect((await ask({ position: -5 })).request.position).toBe(0)
  })

  it.each([5, -6, 1.5])('is refused at %d', async (position) => {
    await expect(ask({ position })).rejects.toThrow(
      refusal('BAD_INPUT', `Position ${position} was asked for, but the prompt has 5 tokens: positions 0 to 4, or -5 to -1 from the end.`),
    )
  })
})

describe('the target', () => {
  const target = async (question: Partial<AttributionQuestion>) => (await ask(question)).request.target

  it('is text as it follows the prompt, text as written, an id, or next', async () => {
    expect(await target({ target: 'Paris' })).toEqual({ type: 'logit', tokenId: 1 })
    expect(await target({ target: ' Paris' })).toEqual({ type: 'logit', tokenId: 1 })
    expect(await target({ target: '#42' })).toEqual({ type: 'logit', tokenId: 42 })
    expect(await target({ target: 'next' })).toEqual({ type: 'logit', tokenId: 'next' })
  })

  it('follows what stands up to the position asked about', async () => {
    expect(await target({ text: 'The\n tower', target: 'Paris', position: 2 })).toEqual({ type: 'logit', tokenId: 2 })
    expect(await target({ text: 'The\n tower', target: 'Paris' })).toEqual({ type: 'logit', tokenId: 1 })
  })

  it('can be a difference', async () => {
    expect(await target({ target: 'Paris', minus: 'Rome' })).toEqual({ type: 'logitDifference', tokenId: 1, minusTokenId: 3 })
    expect(await target({ minus: 'Rome' })).toEqual({ type: 'logitDifference', tokenId: 'next', minusTokenId: 3 })
  })

  it('can be a whole answer, by its text or its ids, which the sequence then ends with', async () => {
    const { request, tokens } = await ask({ answer: '#4,#1,#3' })
    expect(request).toMatchObject({ target: { type: 'answer', tokenIds: [4, 1, 3] }, position: 6 })
    expect(request.tokenIds.slice(-2)).toEqual([4, 1])
    expect(tokens).toHaveLength(7)
    expect(await target({ answer: 'Paris' })).toEqual({ type: 'answer', tokenIds: [1] })
    expect(await target({ answer: 'Darrieux' })).toMatchObject({ type: 'answer', tokenIds: [4, expect.any(Number), expect.any(Number)] })
  })

  it.each<[string, Partial<AttributionQuestion>, string]>([
    ['another target', { answer: 'Paris', target: 'Paris' }, 'A whole answer was given with another target; give one of them.'],
    ['a token to subtract', { answer: 'Paris', minus: 'Rome' }, 'A whole answer was given with another target; give one of them.'],
    ['a position', { answer: 'Paris', position: 1 },
      'Position 1 was asked for with a whole answer, whose tokens are read where each is predicted; leave the position out.'],
    ['decoding', { answer: 'Paris', decode: 2 },
      'Components are decoded where one logit is read; ask for decode with a logit or a logit difference as target.'],
    ['a token that is none', { answer: '#999999' }, 'Token 0 of the answer is 999999'],
  ])('a whole answer is refused with %s', async (_what, question, message) => {
    await expect(ask(question)).rejects.toThrow(message)
  })

  it('can be a direction', async () => {
    const direction = { layer: 2, vector: [0, 0, 1, 0] }
    expect(await target({ direction })).toEqual({ type: 'direction', ...direction })
    expect(await target({ direction: { vector: [1, 0, 0, 0] } })).toMatchObject({ layer: 2 })
  })

  it.each<[string, Partial<AttributionQuestion>, string]>([
    ['several tokens', { target: 'Darrieux' }, 'Darrieux is 3 tokens.'],
    ['an id past the vocabulary', { target: '#100' }, 'The target is 100; the ids of tiny are the whole numbers from 0 to 99.'],
    ['a broken id', { target: '#1x' }, 'The target #1x is not a token id; expected # and a whole number.'],
    ['nothing', { target: '' }, 'The target is empty; give a text, # and a token id, or next.'],
    ['itself minus itself', { target: '#3', minus: 'Rome' }, 'The target and the token to subtract are the same (#3); give two different ones.'],
    ['a token and a direction', { target: '#5', direction: { layer: 0, vector: [1, 0, 0, 0] } }, 'A target token and a direction were given; give one of them.'],
    ['a direction of another width', { direction: { layer: 0, vector: [1] } }, 'The direction has 1 numbers; the residual stream of tiny has 4.'],
    ['a direction with a hole', { direction: { layer: 0, vector: [1, NaN, 0, 0] } }, 'The direction has NaN at index 1; every number must be finite.'],
    ['a direction of nothing', { direction: { layer: 0, vector: [0, 0, 0, 0] } }, 'The direction is all zeros; every score would be 0.'],
    ['a direction outside', { direction: { layer: 3, vector: [1, 0, 0, 0] } }, 'The direction is to be read at layer 3; tiny has the layer inputs 0 to 1, and 2 for the stream before the final norm.'],
    ['a direction before the split', { by: 'head', layer: 1, direction: { layer: 1, vector: [1, 0, 0, 0] } }, 'The direction is read at the input of layer 1, before the split by head at layer 1; read it at layer 2 or later.'],
  ])('is refused: %s', async (_, question, message) => {
    await expect(ask(question)).rejects.toThrow(refusal('BAD_INPUT', message))
  })

  it('as text needs a tokenizer', async () => {
    await expect(ask({ tokenIds: [1], target: 'Paris' }, without)).rejects.toThrow(
      refusal('BAD_INPUT', 'The model tiny has no tokenizer.json, so the target "Paris" means nothing to it; give # and a token id.'),
    )
  })
})

describe('the partition', () => {
  const partition = async (question: Partial<AttributionQuestion>) => (await ask(question)).request.partition

  it('by group is by words unless told otherwise', async () => {
    const { request, groupLabels } = await ask({ by: 'group', text: 'The Darrieux is' })
    expect(request.partition).toEqual({ by: 'group', layer: 0, groups: [[0], [1], [2, 3, 4], [5]] })
    expect(groupLabels).toEqual(['<s>', 'The', 'Darrieux', 'is'])
    expect(await partition({ by: 'group', groups: 'sentences' })).toEqual({ by: 'group', layer: 0, groups: [[0], [1, 2, 3, 4]] })
    expect(await partition({ by: 'group', groups: [[1, 2]] })).toEqual({ by: 'group', layer: 0, groups: [[1, 2], [0, 3, 4]] })
  })

  it('by group of ids finds the words of what the ids say', async () => {
    expect(await partition({ by: 'group', tokenIds: [0, 10, 4, 5, 6] })).toEqual({ by: 'group', layer: 0, groups: [[0], [1], [2, 3, 4]] })
  })

  it('by head and module is of all layers unless told otherwise', async () => {
    expect(await partition({ by: 'head' })).toEqual({ by: 'head', layer: 'all' })
    expect(await partition({ by: 'module', layer: 1, module: 'mlp' })).toEqual({ by: 'module', layer: 1, module: 'mlp' })
    expect(await partition({ by: 'module' })).toEqual({ by: 'module', layer: 'all', module: 'attention' })
  })

  it('by neuron names each neuron once, in order', async () => {
    expect(await partition({ by: 'neuron', layer: 1, neurons: [5, 1, 5] })).toEqual({ by: 'neuron', layer: 1, neurons: [1, 5] })
    expect(await partition({ by: 'neuron', layer: 'all' })).toEqual({ by: 'neuron', layer: 'all' })
  })

  it('by subspace holds its basis', async () => {
    const basis = [[1, 0, 0, 0]]
    expect(await partition({ by: 'subspace', layer: 1, basis })).toEqual({ by: 'subspace', layer: 1, basis })
  })

  it.each<[string, Partial<AttributionQuestion>, string]>([
    ['a layer outside', { by: 'head', layer: 2 }, 'Layer 2 was asked for; tiny has the layers 0 to 1.'],
    ['all layers by token', { layer: 'all' }, 'A split by token is made at one layer; give its number instead of all.'],
    ['neurons of no layer', { by: 'neuron' }, 'A split by neuron needs a layer, or all; none was given.'],
    ['a neuron outside', { by: 'neuron', layer: 0, neurons: [8] }, 'Neuron 8 was asked for; each layer of tiny has the neurons 0 to 7.'],
    ['no neurons', { by: 'neuron', layer: 0, neurons: [] }, 'The list of neurons is empty; name at least one, or leave it out for all.'],
    ['neurons by head', { by: 'head', neurons: [1] }, 'The option neurons belongs to a split by neuron, but the split is by head.'],
    ['groups by token', { groups: 'words' }, 'The option groups belongs to a split by group, but the split is by token.'],
    ['no basis', { by: 'subspace', layer: 0 }, 'A split by subspace needs a basis; give at least one vector.'],
    ['a basis of another width', { by: 'subspace', layer: 0, basis: [[1, 0, 0, 0], [1]] }, 'Vector 1 of the basis has 1 numbers; the residual stream of tiny has 4.'],
    ['a basis of nothing', { by: 'subspace', layer: 0, basis: [[0, 0, 0, 0]] }, 'The basis is all zeros; it spans nothing.'],
    ['too many vectors', { by: 'subspace', layer: 0, basis: Array.from({ length: 5 }, () => [1, 0, 0, 0]) }, 'The basis has 5 vectors; the residual stream of tiny has 4 dimensions.'],
    ['the first excluded by head', { by: 'head', excludeFirst: true }, 'Excluding the first token belongs to a split by token, but the split is by head.'],
  ])('is refused: %s', async (_, question, message) => {
    await expect(ask(question)).rejects.toThrow(refusal('BAD_INPUT', message))
  })

  it('by words needs a tokenizer', async () => {
    await expect(ask({ by: 'group', tokenIds: [1, 2] }, without)).rejects.toThrow(
      refusal('BAD_INPUT', 'The model tiny has no tokenizer.json, so its tokens form no words; give the groups as lists of positions.'),
    )
    expect((await ask({ by: 'group', tokenIds: [1, 2], groups: [[0]] }, without)).groupLabels).toEqual(['#1', 'rest'])
  })
})

describe('the first token', () => {
  it('is left in by rules that share the whole pre-activation, which cannot do without it', async () => {
    expect((await ask({ rule: 'relu' })).request.excludeFirst).toBe(true)
    expect((await ask({ rule: 'taylor' })).request.excludeFirst).toBe(false)
    expect((await ask({ rule: 'linear-weighted' })).request.excludeFirst).toBe(false)
    await expect(ask({ rule: 'taylor', excludeFirst: true })).rejects.toThrow(
      refusal('BAD_INPUT', 'With the rule taylor the first token cannot be excluded: its share would go to nobody, and the parts would not add up; leave it in, or use the rule softmax.'),
    )
  })

  it('is excluded in the mode reference, whatever the rule: so does the authors’ code', async () => {
    expect((await ask({ rule: 'taylor', mode: 'reference' })).request.excludeFirst).toBe(true)
  })
})

describe('the rule', () => {
  it('is refused text that is none, which the tokenizer would read as U+FFFD', async () => {
    const half = (what: string) => refusal('BAD_INPUT', `${what} has half of a surrogate pair (U+D800) at character 4, which is no character; repair the text.`)
    await expect(ask({ tokenIds: null, text: 'The \ud800 is' })).rejects.toThrow(half('The prompt'))
    await expect(ask({ tokenIds: null, messages: [{ role: 'user', content: 'The \ud800 is' }] })).rejects.toThrow(half('The chat'))
    await expect(ask({ answer: 'The \ud800' })).rejects.toThrow(half('The answer'))
  })

  it('has its temperature', async () => {
    expect((await ask({ temperature: 0.5 })).request).toMatchObject({ rule: 'softmax', temperature: 0.5 })
    expect((await ask({ rule: 'taylor' })).request).toMatchObject({ rule: 'taylor', temperature: 0.1 })
  })

  it('is refused a temperature that does nothing or is none', async () => {
    await expect(ask({ rule: 'relu', temperature: 1 })).rejects.toThrow(
      refusal('BAD_INPUT', 'The temperature belongs to the softmax rule; leave it out with the rule relu.'),
    )
    for (const [temperature, said] of [[0, '0'], [1e308, '1e+308'], [1e-40, '1e-40'], [NaN, 'NaN']] as const) {
      await expect(ask({ temperature })).rejects.toThrow(
        refusal('BAD_INPUT', `The temperature is ${said}; expected a number from 0.000001 to 1000000, such as 0.1.`),
      )
    }
    for (const temperature of [1e-6, 1e6]) expect((await ask({ temperature })).request).toMatchObject({ temperature })
  })
})
