/** @vitest-environment jsdom */
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { activationSvg } from '../../web/src/heat/activation-svg.ts'
import { ActivationText } from '../../web/src/heat/activation-text.tsx'

afterEach(cleanup)

const tokens = ['<s>', 'The', ' capital', '\n', ' is']
const values = [0, 0, 4, 0, 12]

function shown(props: Partial<Parameters<typeof ActivationText>[0]> = {}) {
  const onChoose = vi.fn<(index: number) => void>()
  render(
    <ActivationText
      label="Example"
      tokens={tokens}
      values={values}
      largest={12}
      marked={4}
      onChoose={onChoose}
      {...props}
    />,
  )
  return { onChoose, list: screen.getByRole('listbox', { name: 'Example' }) }
}

const selected = () => screen.getByRole('option', { selected: true }).getAttribute('aria-label')

describe('a text on the shades of activations', () => {
  it('tells a screen reader every token with its activation', () => {
    shown()
    expect(screen.getAllByRole('option').map((option) => option.getAttribute('aria-label'))).toEqual([
      '<s> 0',
      'The 0',
      '␣capital 4.000',
      '⏎ 0',
      '␣is 12.000',
    ])
    expect(selected()).toBe('␣is 12.000')
    expect(screen.getByRole('status').textContent).toBe('␣is 12.000')
  })

  it('says the value of the token under the pointer, and of the one meant when it leaves', () => {
    const { list } = shown()
    fireEvent.mouseEnter(screen.getAllByRole('option')[2]!)
    expect(screen.getByRole('status').textContent).toBe('␣capital 4.000')
    fireEvent.mouseLeave(list)
    expect(screen.getByRole('status').textContent).toBe('␣is 12.000')
  })

  it('is one stop of the Tab key, in which arrows walk and Enter chooses', () => {
    const { list, onChoose } = shown()
    expect(list.tabIndex).toBe(0)
    fireEvent.keyDown(list, { key: 'ArrowRight' })
    expect(selected()).toBe('␣is 12.000')
    fireEvent.keyDown(list, { key: 'Home' })
    fireEvent.keyDown(list, { key: 'ArrowRight' })
    fireEvent.keyDown(list, { key: 'ArrowRight' })
    expect(selected()).toBe('␣capital 4.000')
    expect(list.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { selected: true }).id)
    fireEvent.keyDown(list, { key: 'Enter' })
    expect(onChoose.mock.calls).toEqual([[2]])
  })

  it('breaks lines where the text does, when asked', () => {
    const { list } = shown({ breaks: true })
    expect(list.querySelectorAll('br')).toHaveLength(1)
    cleanup()
    expect(shown().list.querySelectorAll('br')).toHaveLength(0)
  })

  it('shades as much as it fires, and what is negative as what works against', () => {
    shown({ values: [0, 0, 4, -6, 12] })
    const options = screen.getAllByRole('option')
    const shareOf = (at: number) => parseFloat(options[at]?.style.getPropertyValue('--share') ?? '')
    expect([shareOf(0), shareOf(2) < shareOf(3), shareOf(3) < shareOf(4)]).toEqual([0, true, true])
    expect(options.map(({ className }) => className.includes('against'))).toEqual([false, false, false, true, false])
  })
})

describe('examples as a picture', () => {
  it('are well-formed, with every token, one shade for each that fires, and their values', () => {
    const svg = activationSvg(
      [{ title: '8 to 16', rows: [{ value: 12, tokens: ['<b>', ' is'], values: [0, 12] }] }],
      12,
      'dark',
      'demo/2-res/320 & more',
    )
    const document = new DOMParser().parseFromString(svg, 'image/svg+xml')
    expect(document.querySelector('parsererror')).toBeNull()
    expect([...document.querySelectorAll('text')].map(({ textContent }) => textContent)).toEqual([
      'demo/2-res/320 & more',
      '8 to 16',
      '12.000',
      '<b>',
      ' is',
    ])
    expect(document.querySelectorAll('rect')).toHaveLength(2)
  })
})
