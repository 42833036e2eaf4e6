import { describe, expect, it } from 'vitest'
import { groupBySentence, groupByWord, groupLabel, type PositionGroup } from '../../../src/depass/partition/groups.ts'
import { parseNamedGroups, resolveNamedGroups } from '../../../src/depass/partition/groups-named.ts'
import { tokensOf } from '../../attribution/resolve-fixtures.ts'

const labels = (groups: readonly PositionGroup[]) => groups.map((group) => group.label)
const positions = (groups: readonly PositionGroup[]) => groups.map((group) => group.positions)

const words = (...pieces: string[]) => {
  const { tokens, text } = tokensOf(...pieces)
  const groups = groupByWord(tokens, text)
  expect(positions(groups).flat()).toEqual([...tokens.keys()])
  return groups
}
const sentences = (...pieces: string[]) => {
  const { tokens, text } = tokensOf(...pieces)
  const groups = groupBySentence(tokens, text)
  expect(positions(groups).flat()).toEqual([...tokens.keys()])
  return groups
}

describe('words', () => {
  it('join the sub-tokens of byte-level BPE', () => {
    const groups = words('The', ' mother', ' tongue', ' of', ' Dan', 'ielle', ' Dar', 'rie', 'ux', ' is')
    expect(labels(groups)).toEqual(['The', 'mother', 'tongue', 'of', 'Danielle', 'Darrieux', 'is'])
    expect(groups[5]?.positions).toEqual([6, 7, 8])
  })

  it('join sentencepiece tokens, and a blank of its own with the word that follows', () => {
    expect(labels(words('<s>', ' On', 'ce', ' ', 'u', 'p', 'on', ' a'))).toEqual(['<s>', 'Once', 'upon', 'a'])
  })

  it('join a blank that the tokenizer put before the text with its first word', () => {
    const { tokens, text } = tokensOf('<s>', '', 'D', 'an')
    const groups = groupByWord(tokens.with(1, { index: 1, id: 1, text: '', start: null, end: null }), text)
    expect(labels(groups)).toEqual(['<s>', 'Dan'])
    expect(labels(groupByWord(tokens, text))).toEqual(['<s>', 'Dan'])
  })

  it('keep apostrophes and numbers whole, and set hyphens and punctuation apart', () => {
    expect(labels(words('I', ' don', "'", 't', ' pay', ' 3', '.', '14', ' -', '-', ' well', '-', 'known', '!', '?'))).toEqual(
      ['I', "don't", 'pay', '3.14', '--', 'well', '-', 'known', '!?'],
    )
  })

  it('put a token that runs over a border where it begins', () => {
    expect(labels(words(' "', 'No', '",', ' she'))).toEqual(['"', 'No', '",', 'she'])
    expect(labels(words('Paris', '.\n', 'Rome'))).toEqual(['Paris', '.', 'Rome'])
  })

  it('make one group of line breaks, and one of a blank that nothing follows', () => {
    expect(labels(words('a', '\n', '\n', 'b', ' '))).toEqual(['a', '⏎', 'b', '␣'])
  })

  it('know words where a script writes no blanks', () => {
    expect(labels(words('東', '京', 'は', '首', '都'))).toEqual(['東京', 'は', '首都'])
  })

  it('keep the byte tokens of one character together', () => {
    const { text } = tokensOf(' 🏛')
    const tokens = [0, 1, 2].map((index) => ({ index, id: index, text: '', start: 0, end: 3 }))
    expect(positions(groupByWord(tokens, text))).toEqual([[0, 1, 2]])
  })

  it('keep neighbouring specials apart', () => {
    expect(labels(words('<s>', '<s>', 'a', '</s>'))).toEqual(['<s>', '<s>', 'a', '</s>'])
  })
})

describe('sentences', () => {
  it('end at full stops and at line breaks; specials stand alone', () => {
    expect(labels(sentences('<s>', ' I', ' am', '.', ' You', ' are', '\n', 'He', ' is'))).toEqual([
      '<s>',
      'I am.',
      'You are',
      'He is',
    ])
  })

  it('are not split inside a number', () => {
    expect(sentences('It', ' costs', ' 3', '.', '5', ' now', '.')).toHaveLength(1)
  })
})

describe('a long text', () => {
  const pieces = Array.from({ length: 600 }, () => ['Dar', 'rie', 'ux', ' is', ' 3', '.', '5', '?', '!', ' \n', 'She', ' ran', '.', ' ']).flat()

  it('has the words and sentences of its parts', () => {
    const wordsOfPart = ['Darrieux', 'is', '3.5', '?!', '⏎', 'She', 'ran', '.']
    expect(labels(words(...pieces)).slice(0, 16)).toEqual([...wordsOfPart, ...wordsOfPart])
    expect(words(...pieces)).toHaveLength(600 * wordsOfPart.length + 1)
    expect(sentences(...pieces)).toHaveLength(600 * 2)
  })
})

describe('named groups', () => {
  const { tokens } = tokensOf('<s>', ' The', ' mother', ' tongue', ' of', ' Dar', 'rie', 'ux', ' is')
  const named = (json: string) => resolveNamedGroups(parseNamedGroups(json), tokens)

  it('take positions, spans and names, in the order given, and gather what is left', () => {
    expect(named('[[[5,7]],{"label":"frame","positions":[8,1,[2,3]]}]')).toEqual([
      { positions: [5, 6, 7], label: 'Darrieux' },
      { positions: [1, 2, 3, 8], label: 'frame' },
      { positions: [0, 4], label: 'rest' },
    ])
  })

  it('have no rest where they name everything', () => {
    expect(positions(named('[[[0,3]],[[4,8]]]'))).toEqual([[0, 1, 2, 3], [4, 5, 6, 7, 8]])
  })

  it.each([
    ['overlap', '[[1,2],[[2,3]]]', 'Position 2 stands in the groups 0 and 1; every position belongs to one group.'],
    ['repetition', '[[1,1]]', 'Position 1 stands twice in group 0; every position belongs to one group.'],
    ['a position past the end', '[[9]]', 'Group 0 names position 9, but the prompt has 9 tokens: the positions 0 to 8.'],
    ['an endless span', '[[[0,4000000000]]]', 'Group 0 names position 4000000000, but the prompt has 9 tokens: the positions 0 to 8.'],
    ['a span backwards', '[[[3,1]]]', 'Group 0 has the span [3, 1], which ends before it begins.'],
    ['an empty group', '[[0],[]]', expect.stringMatching(/^Group 1 of the groups "\[\[0\],\[\]\]" has the wrong form; expected words, sentences, roles or JSON such as/)],
    ['something else', '{"a":1}', expect.stringMatching(/^The value of the groups .* has the wrong form/)],
    ['no JSON', 'paragraphs', expect.stringMatching(/^The groups "paragraphs" are not JSON/)],
  ])('refuse %s', (_, json, message) => {
    expect(() => named(json)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message }))
  })
})

it('labels show a line break and the blanks about it as one sign', () => {
  expect(groupLabel(tokensOf(' a', '\t \n', '\n ', ' b', '\n').tokens, [0, 1, 2, 3, 4])).toBe('a ⏎ b')
})

it('labels show gaps', () => {
  expect(groupLabel(tokensOf('The', ' cat', ' sat', ' down').tokens, [0, 1, 3])).toBe('The cat … down')
})
