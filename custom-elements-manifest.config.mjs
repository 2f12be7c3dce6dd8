/** Generates custom-elements.json from the sources, for editors and for the tables in README.md. */
const published = (path) => path.replace(/^\/?src\//, 'dist/').replace(/\.ts$/, '.js');

/** Rewrites paths to those of the package, and removes what is not public. */
const asPublished = {
  name: 'as-published',
  packageLinkPhase({ customElementsManifest }) {
    const visit = (node) => {
      if (Array.isArray(node)) node.forEach(visit);
      else if (node && typeof node === 'object') {
        for (const [key, value] of Object.entries(node)) {
          if ((key === 'path' || key === 'module') && typeof value === 'string') node[key] = published(value);
          else visit(value);
        }
        if (Array.isArray(node.members)) node.members = node.members.filter((member) => !member.privacy || member.privacy === 'public');
      }
    };
    visit(customElementsManifest);
    // Of the modules in elements/, only the classes are public.
    for (const module of customElementsManifest.modules) {
      if (!module.path.startsWith('dist/elements/')) continue;
      module.declarations = module.declarations.filter(({ kind }) => kind === 'class');
      const names = new Set(module.declarations.map(({ name }) => name));
      module.exports = module.exports.filter(({ declaration }) => names.has(declaration.name));
    }
    customElementsManifest.modules = customElementsManifest.modules.filter(({ exports }) => exports.length > 0);
    customElementsManifest.modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  },
};

export default {
  globs: ['src/*.ts', 'src/elements/*.ts'],
  litelement: true,
  outdir: '.',
  packagejson: false,
  plugins: [asPublished],
};
