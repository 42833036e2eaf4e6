import { describe, expect, it } from 'vitest'
import { wantsColour } from '../../../cli/terminal/colour.ts'
import { duration, percent, score } from '../../../cli/terminal/numbers.ts'
import { renderAttribution } from '../../../cli/terminal/render.ts'
import { visible, withBlanks } from '../../../cli/terminal/visible.ts'
import { headDocument, tokenDocument } from './documents.ts'

describe('without colour', () => {
  it('draws tokens as bars, their sign in the shade', () => {
    expect(renderAttribution(tokenDocument, { colour: false })).toBe(
      [
        '0          0                        <s>',
        '1      4.000  ████████████████████  The',
        '2     -2.000  ░░░░░░░░░░            ␣tower',
        '3     0.5000  ███                   ⏎',
        '4     0.5000  ███                   ␣is␛[31m',
        '',
        'target  ␣in (#42) at position 4 (after ␣is␛[31m): logit 3.000, probability 50.0%',
        'sum     3.000 of 3.000 (relative error 2.0e-7) in 12 ms',
        'tiny · fake · by token · corrected · softmax τ 0.1 · first token excluded',
        '',
      ].join('\n'),
    )
  })

  it('draws heads as a grid of signed tenths, and lists them', () => {
    const lines = renderAttribution(headDocument, { colour: false, top: 2 }).split('\n')
    expect(lines.slice(0, 3)).toEqual(['       H0  H1', '  L0  +10   ·', '  L1  -10   ·'])
    expect(lines.slice(4, 7)).toEqual([
      '      2.000  ████████████████████  L0.H0',
      '     -2.000  ░░░░░░░░░░░░░░░░░░░░  L1.H0',
      'and 2 more, which sum to 0.0200 (--top N shows N)',
    ])
    expect(lines.join()).not.toContain('residual')
    expect(lines).toContain("sum     every layer's scores sum to 3.000 (largest relative error 2.0e-7) in 12 ms")
    expect(lines).toContain('tiny · fake · by head, all layers · corrected · softmax τ 0.1')
  })

  it('says beside one layer what was not split out of it', () => {
    const oneLayer = { ...headDocument, partition: { by: 'head' as const, layer: 0 }, contributions: headDocument.contributions.slice(0, 3) }
    const lines = renderAttribution(oneLayer, { colour: false }).split('\n')
    expect(lines.slice(3, 6)).toEqual([
      '      2.000  ████████████████████  L0.H0',
      '     0.0100                        L0.H1',
      'besides them: L0 residual 1.000',
    ])
    expect(lines).toContain('sum     3.010 of 3.000 (relative error 2.0e-7) in 12 ms')
  })

  it('shows the largest of a long list, and what the others come to', () => {
    const [first] = tokenDocument.contributions
    const contributions = Array.from({ length: 100 }, (_, index) => ({
      component: { ...first!.component, index },
      score: index,
    }))
    const lines = renderAttribution({ ...tokenDocument, contributions }, { colour: false }).split('\n')
    expect(lines[0]).toMatch(/^99 +99\.000 /)
    expect(lines[20]).toBe('and 80 more, which sum to 3160.0 (--top N shows N)')
  })
})

describe('with colour', () => {
  const drawn = renderAttribution(tokenDocument, { colour: true })

  it('paints the prompt: red towards the target, blue against it, nothing for nothing', () => {
    expect(drawn.split('\n').slice(0, 2)).toEqual([
      '<s>\x1b[30;48;5;196mThe\x1b[0m\x1b[30;48;5;117m tower\x1b[0m\x1b[30;48;5;224m⏎\x1b[0m',
      '\x1b[30;48;5;224m is␛[31m\x1b[0m',
    ])
  })

  it('lets no token paint the terminal', () => {
    expect(drawn).not.toContain('\x1b[31m')
  })

  it('paints every token of a group alike', () => {
    const grouped = renderAttribution(
      {
        ...tokenDocument,
        partition: { by: 'group', layer: 0, groups: [[0, 3, 4], [1, 2]] },
        contributions: [
          { component: { kind: 'group', index: 0, layer: null, label: 'rest' }, score: 0 },
          { component: { kind: 'group', index: 1, layer: null, label: 'The tower' }, score: -1 },
        ],
      },
      { colour: true },
    )
    expect(grouped.split('\n')[0]).toBe('<s>\x1b[30;48;5;33mThe\x1b[0m\x1b[30;48;5;33m tower\x1b[0m⏎')
  })
})

it('a difference and a direction are described as such', () => {
  const difference = { ...tokenDocument.target, type: 'logitDifference' as const, minusTokenId: 7, minusText: ' on' }
  expect(renderAttribution({ ...tokenDocument, target: difference }, { colour: false })).toContain(
    '␣in (#42) minus ␣on (#7) at position 4 (after ␣is␛[31m): logit difference 3.000',
  )
  const direction = { ...tokenDocument.target, type: 'direction' as const, layer: 2, probability: null }
  expect(renderAttribution({ ...tokenDocument, target: direction }, { colour: false })).toContain(
    'direction at the input of layer 2, at position 4 (after ␣is␛[31m): 3.000',
  )
})

it('colour is for terminals that want it', () => {
  expect(wantsColour(true, {})).toBe(true)
  expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false)
  expect(wantsColour(true, { TERM: 'dumb' })).toBe(false)
  expect(wantsColour(false, {})).toBe(false)
  expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true)
})

it('numbers are short', () => {
  expect([0, 12.34567, -0.12345, 123.456, 1e-7, 2e7].map(score)).toEqual(['0', '12.346', '-0.1235', '123.5', '1.00e-7', '2.00e+7'])
  expect([0, 0.5, 0.000034].map(percent)).toEqual(['0%', '50.0%', '0.0034%'])
  expect([950, 12_500, 200_000, 7_500_000].map(duration)).toEqual(['950 ms', '12.5 s', '3 min 20 s', '2 h 5 min'])
})

it('text is made visible', () => {
  expect(visible('a\r\nb\tc\u202ed')).toBe('a⏎b␉c�d')
  expect(withBlanks(' Paris')).toBe('␣Paris')
})
