/** Buttons that copy a picture: as a picture, as its numbers, and as the question that it answers. */
import { useState } from 'react'
import { offerPng, offerText } from '../export/offer.ts'
import { pngOf } from '../export/picture.ts'

export interface Copies {
  /** Name of saved files, without an ending. */
  name: string
  svg?: () => string | Promise<string>
  csv?: () => string
  json?: () => unknown
  graphql?: () => string
  command?: () => string
}

export function CopyBar({ copies }: { copies: Copies }) {
  const [said, setSaid] = useState('')
  const { name, svg, csv, json, graphql, command } = copies
  const act = (what: string, make: () => Promise<string>) => async () => {
    try {
      setSaid(`${what} ${await make()}`)
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error))
    }
  }
  const button = (what: string, make: () => Promise<string>) => (
    <button key={what} type="button" className="small" aria-label={`Copy as ${what}`} onClick={act(what, make)}>{what}</button>
  )
  return (
    <div className="copy-bar" role="group" aria-label="Copy">
      <span className="muted">Copy</span>
      {svg && button('SVG', async () => offerText(await svg(), `${name}.svg`, 'image/svg+xml'))}
      {svg && button('PNG', async () => offerPng(Promise.resolve(svg()).then(pngOf), `${name}.png`))}
      {csv && button('CSV', async () => offerText(csv(), `${name}.csv`, 'text/csv'))}
      {json && button('JSON', async () => offerText(`${JSON.stringify(json(), null, 2)}\n`, `${name}.json`, 'application/json'))}
      {graphql && button('GraphQL', async () => offerText(graphql(), `${name}.graphql`, 'application/graphql'))}
      {command && button('Command', async () => offerText(`${command()}\n`, `${name}.sh`, 'text/x-shellscript'))}
      <span role="status" className="muted">{said}</span>
    </div>
  )
}
