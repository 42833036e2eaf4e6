/** Runs commands for the fuzz, one after another, in a process that may hang, swell or die without taking the fuzz along. */
import { main } from '../../cli/main.ts'
import { recordedContext } from '../cli/context.ts'

process.on('message', (message: { args: string[]; environment: Record<string, string> }) => {
  const context = recordedContext({ environment: message.environment })
  void main(message.args, context).then((status) => {
    process.send?.({ status, said: context.said, residentBytes: process.memoryUsage().rss })
  })
})
// A disconnected child would wait for ever.
process.on('disconnect', () => process.exit())
process.send?.('ready')
