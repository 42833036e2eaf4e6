export default {
  // `npx tributary print-schema > schema.graphql`, or the address of a running server.
  schema: 'schema.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    'src/gql/': {
      preset: 'client',
      config: { scalars: { DateTime: 'string', JSON: 'unknown' }, useTypeImports: true },
    },
  },
}
