/** @vitest-environment jsdom */
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { ErrorLine } from '../../web/src/ui/error-line.tsx'
import { ErrorNote } from '../../web/src/ui/error-note.tsx'
import { SaidOnce } from '../../web/src/ui/said-once.tsx'

afterEach(cleanup)

const LONG = new Error('The prompt has 200 tokens.')

describe('a sentence of the server', () => {
  it('stands in a view once: where the answer would be, not beside a control', () => {
    const { rerender } = render(<SaidOnce><ErrorLine error={LONG} /><ErrorNote error={LONG} /><ErrorNote error={LONG} /></SaidOnce>)
    expect(screen.getAllByText(LONG.message)).toHaveLength(1)
    expect(screen.getByRole('alert').textContent).toBe(LONG.message)
    // When the answer goes, the control says it.
    rerender(<SaidOnce><ErrorLine error={LONG} /></SaidOnce>)
    expect(screen.getAllByText(LONG.message)).toHaveLength(1)
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('is said once of a text that is too large, though each question would need something else', () => {
    const tooLarge = (message: string) => new CombinedGraphQLErrors({ errors: [{ message, extensions: { code: 'TOO_LARGE' } }] })
    render(<SaidOnce><ErrorLine error={tooLarge('It needs 5 MiB.')} /><ErrorNote error={tooLarge('It needs 52 MiB.')} /></SaidOnce>)
    expect(screen.queryByText('It needs 5 MiB.')).toBeNull()
    expect(screen.getByRole('alert').textContent).toBe('It needs 52 MiB.')
  })

  it('leaves others their place, and stands everywhere where no view says otherwise', () => {
    render(<SaidOnce><ErrorLine error={new Error('Another.')} /><ErrorNote error={LONG} /></SaidOnce>)
    expect(screen.getByText('Another.')).toBeTruthy()
    cleanup()
    render(<><ErrorNote error={LONG} /><ErrorNote error={LONG} /></>)
    expect(screen.getAllByRole('alert')).toHaveLength(2)
  })
})
