import { readFileSync } from 'node:fs';
import { Lab } from './lab.js';
const lab = await Lab.start(['ours-list','bare-list','photo'], { fromSources: true, profiling: false });
const ph = await lab.open({ page: 'photo' }); const photo = Buffer.from(await ph.page.evaluate(() => makePhoto()), 'base64'); await ph.close();
const files = lab.copies(300, photo, (i) => `IMG_${1000+i}.jpg`);
for (const page of ['bare-list','ours-list','ours-list','ours-list']) {
const o = await lab.open({ page, files });
console.log(page, await o.page.evaluate(readFileSync('/tmp/pbody.js','utf8')));
await o.close(); }
await lab.close();
