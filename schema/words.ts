/**
 * Rewrites sentences of errors for clients over HTTP. The engine and the workers give advice in the words of the
 * command line (`raise --memory-limit`). A client has no command line, and people who run the server know settings by
 * their names. Where files lie on the server is not a client's business either: of a path the last name is left, which
 * says as much to somebody who may mend it.
 */

/**
 * An absolute path of two names or more, as sentences have it: bare, after a blank or a bracket. What a client sent stands
 * in quotes and stays.
 */
const PATH = /(?<=^|[\s(])(?:[A-Za-z]:)?(?:[/\\][^\s/\\"',;:()]+)+[/\\]([^\s/\\"',;:()]+)/g

/** The first entry that fits a place is used. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  // Clients need no advice on installing packages.
  [/ \((?:[A-Z_]+=\S+ )?npm [^)]*\)/g, ''],
  [/--target '#(\d+)'/g, 'target: { logit: { id: $1 } }'],
  [/--engine (\w+) --device (\w+)/g, 'a worker with the engine $1 on $2'],
  [/--device (cpu|webgpu|cuda)\b/g, 'a worker on $1'],
  [/--engine (onnx|tfjs)\b/g, 'a worker with the engine $1'],
  [/--memory-limit/g, "the worker's memory limit"],
  [/--weight-limit/g, "the worker's limit for weights"],
  [/--(?=(engine|device)\b)/g, 'the '],
]
/** Any other option. */
const OPTION = /--([a-z][a-z0-9-]*)/g

export const forClients = (message: string): string =>
  WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), message)
    .replace(OPTION, (_, name: string) => `the option ${name.replaceAll('-', ' ')}`)
    .replace(PATH, '…/$1')
