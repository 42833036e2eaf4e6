/** Where the embedded test server lives: kept between runs, gone with node_modules. */
import path from 'node:path'

export const TEST_HOME = path.join(path.dirname(import.meta.dirname), 'node_modules', '.cache', 'tributary-test')
