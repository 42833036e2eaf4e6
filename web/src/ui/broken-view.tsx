/** What stands in the place of a view that could not be loaded or drawn; the menu stays, and another view is another try. */
import { Component, type ReactNode } from 'react'

interface BrokenViewProps {
  /** Another one is another view. */
  path: string
  children: ReactNode
}

interface BrokenViewState {
  path: string
  error: unknown
}

/** As the browsers word it when a script of the page is not there: nobody answers, or the server has another version now. */
const NOT_LOADED = /dynamically imported module|importing a module script|preload CSS/i

export class BrokenView extends Component<BrokenViewProps, BrokenViewState> {
  override state: BrokenViewState = { path: this.props.path, error: null }

  static getDerivedStateFromError(error: unknown): Partial<BrokenViewState> {
    return { error }
  }

  static getDerivedStateFromProps({ path }: BrokenViewProps, state: BrokenViewState): BrokenViewState | null {
    return path === state.path ? null : { path, error: null }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    const message = error instanceof Error ? error.message : String(error)
    return (
      <div className="note error" role="alert">
        <p>{NOT_LOADED.test(message)
          ? 'This view could not be loaded: the server does not answer, or has another version now.'
          : `This view cannot be drawn: ${message}`}</p>
        <button type="button" onClick={() => location.reload()}>Load the page again</button>
      </div>
    )
  }
}
