/** The part of pino that the server uses: fields first, then the sentence. */
type Log = (fields: Record<string, unknown>, message: string) => void

export interface ServerLogger {
  debug: Log
  info: Log
  warn: Log
  error: Log
}

const nothing: Log = () => {}
export const silentLogger: ServerLogger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
