// Who may import whom: the table is in scripts/walls.mjs.
import { rules } from './scripts/walls.mjs';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  ...rules,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
};
