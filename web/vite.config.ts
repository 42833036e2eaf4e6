import { defineConfig, type Plugin } from 'vite'

/** What the page will run next is loaded beside what it runs first (src/main.ts). */
const LATER = /\/(start\.tsx|api\/client\.ts)$/

/** Links in the page's head to the scripts that its first one asks for, and to what these are made of. */
function preloads(): Plugin {
  return {
    name: 'preloads',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle, filename }) {
        const chunks = Object.values(bundle ?? {}).filter((each) => each.type === 'chunk')
        const imports = chunks.filter(({ facadeModuleId }) => facadeModuleId !== null && LATER.test(facadeModuleId))
          .flatMap(({ fileName, imports: more }) => [fileName, ...more])
        if (!filename.endsWith('index.html')) return []
        return [...new Set(imports)].filter((file) => !html.includes(file))
          .map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file}` }, injectTo: 'head' as const }))
      },
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preloads()],
  // The queries of schema/examples are shown beside the query page.
  server: {
    fs: { allow: ['..'] },
    // `npm run web:dev` beside `npm start`. No `changeOrigin`: the server compares a page's origin with its own name.
    proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true } },
  },
  build: {
    target: 'es2022',
    // Those that know light-dark(): rewritten for older ones, colours would be properties that change with the theme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // What is inlined as data: would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ['index.html', 'query.html'].map((name) => `${import.meta.dirname}/${name}`),
      output: {
        codeSplitting: {
          // Left alone, what any two views share would be a file of its own, and a browser pays for each file it asks for.
          groups: [
            // What runs before anything else is there.
            { name: 'first', test: /state[\\/]theme\.ts$|preload-helper/, priority: 3 },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 2 },
            { name: 'client', test: /node_modules[\\/](@apollo[\\/]client|graphql-ws)[\\/]/, priority: 1 },
            { name: 'shared', test: /web[\\/]src[\\/].*\.tsx?$/, minShareCount: 2 },
          ],
        },
      },
      // Of packages that also run on servers, which this one does not.
      onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log),
    },
    chunkSizeWarningLimit: 1500,
  },
})
