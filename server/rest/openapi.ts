/** The OpenAPI 3.1 document. It is made from the same schemas that read requests and check answers. */
import { z } from 'zod'
import type { Route } from './route.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}

const errors = z.strictObject({
  errors: z.array(
    z.strictObject({
      message: z.string().describe('One sentence.'),
      extensions: z.looseObject({ code: z.string().describe('What programs look at: BAD_INPUT, NOT_FOUND, TOO_LARGE …') }),
    }),
  ).min(1),
})

const REFUSALS = { '400': 'It does not fit.', '401': 'It needs a good API key.', '404': 'There is no such thing.', '429': 'Too much in a minute.' }

const refusals = (): Json => Object.fromEntries(Object.entries({ ...REFUSALS, default: 'It failed.' }).map(([status, description]) =>
  [status, { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } } }]))

function operationOf({ method, path, summary, input, output }: Route): Json {
  const schema = schemaOf(input, 'input')
  const properties = z.record(z.string(), z.unknown()).parse(schema['properties'] ?? {})
  return {
    operationId: path.split('/').filter((part) => part !== '' && !part.startsWith('{')).join('-'),
    summary,
    ...(method === 'get'
      ? { parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: properties[name] ?? {} })) }
      : { requestBody: { required: true, content: { 'application/json': { schema } } } }),
    responses: {
      '200': { description: 'The answer.', content: { 'application/json': { schema: schemaOf(output, 'output') } } },
      ...refusals(),
    },
  }
}

export const openApiOf = (routes: readonly Route[]): Json => ({
  openapi: '3.1.0',
  jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
  info: {
    title: 'Tributary',
    version: '1',
    description:
      'Features for those who script, with the field names of Neuronpedia. Everything else is at /graphql. Keys and limits are ' +
      'those of GraphQL: reading is free where the server says so, and what computes needs a key where keys are needed.',
  },
  components: {
    schemas: { Errors: schemaOf(errors, 'output') },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
  },
  security: [{}, { key: [] }],
  paths: Object.fromEntries(routes.map((each) => [each.path, { [each.method]: operationOf(each) }])),
})
