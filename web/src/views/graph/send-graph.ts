/** Sends a graph's file to the server, packed or as it is, over the route for large files. */
import { ServerError } from '@apollo/client/errors'
import { readKey } from '../../api/key.ts'

/** Packing a smaller one takes longer than sending it. */
const PACKED_FROM_BYTES = 256 * 1024

/** Gives the graph's global id. */
export async function sendGraph(file: Blob): Promise<string> {
  const isPacked = file.size >= PACKED_FROM_BYTES
  const body = isPacked ? await new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob() : file
  const key = readKey()
  const response = await fetch('/graph/import', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(isPacked && { 'content-encoding': 'gzip' }), ...(key !== '' && { 'x-api-key': key }) },
    body,
  })
  const bodyText = await response.text()
  if (!response.ok) throw new ServerError(`The server answered ${response.status}.`, { response, bodyText })
  return (JSON.parse(bodyText) as { id: string }).id
}
