/**
 * Sentences of errors for those who ask over HTTP. The engine and the workers advise in the words of the command line
 * (`raise --memory-limit`); a client has no command line, and whoever runs the server knows settings by their names.
 */

/** The first that fits a place is taken. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  // How to install something is nothing for clients.
  [/ \((?:[A-Z_]+=\S+ )?npm [^)]*\)/g, ''],
  [/--target '#(\d+)'/g, 'target: { logit: { id: $1 } }'],
  [/--engine (\w+) --device (\w+)/g, 'a worker with the engine $1 on $2'],
  [/--device (cpu|webgpu|cuda)\b/g, 'a worker on $1'],
  [/--engine (onnx|tfjs)\b/g, 'a worker with the engine $1'],
  [/--memory-limit/g, "the worker's memory limit"],
  [/--weight-limit/g, "the worker's limit for weights"],
  [/--(?=(engine|device)\b)/g, 'the '],
]
/** Whatever else may come. */
const OPTION = /--([a-z][a-z0-9-]*)/g

export const forClients = (message: string): string =>
  WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), message).replace(
    OPTION,
    (_, name: string) => `the option ${name.replaceAll('-', ' ')}`,
  )
