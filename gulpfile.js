// Copies what tsc does not: icons, style sheets, codex files and output schemas, to the same place under dist/.
const { src, dest, series } = require('gulp');

const ASSETS = [
  '{nodes,credentials}/**/*.svg',
  'nodes/**/*.css',
  'nodes/**/*.node.json',
  'nodes/**/__schema__/**/*.json',
];

function copyAssets() {
  return src(ASSETS, { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.assets = series(copyAssets);
exports.default = exports.assets;
