/** Makes custom-elements.json from the sources: what editors, and the tables in README.md, know of the elements. */
const published = (path) => path.replace(/^\/?src\//, 'dist/').replace(/\.ts$/, '.js');

/** Paths as they are in the package, and only what a page may use. */
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
