import { Lab } from './lab.js';
const lab = await Lab.start(['ours-list'], { fromSources: true, profiling: false });
const o = await lab.open({ page: 'ours-list' });
await o.page.evaluate(async () => {
  const content = new Blob(['x'.repeat(1024)]);
  globalThis.ff = Array.from({length:10000},(_, i)=>new File([content],`file number ${i}.dat`));
  await new Promise(r=>setTimeout(r,500));
});
await o.page.tracing.start({categories:['devtools.timeline','blink.user_timing','disabled-by-default-devtools.timeline']});
await o.page.evaluate(async () => {
  const el = document.querySelector('fine-uploader-s3');
  performance.mark('begin');
  el.addFiles(globalThis.ff);
  performance.mark('added');
  while (el.getNetUploads() < 10000) await new Promise(requestAnimationFrame);
  performance.mark('all');
});
const buf = await o.page.tracing.stop();
const { traceEvents: ev } = JSON.parse(Buffer.from(buf!).toString());
const mark = (n:string)=>ev.find((e:any)=>e.name===n&&/user_timing/.test(e.cat));
const t0=mark('begin').ts; const tid=mark('begin').tid; const pid=mark('begin').pid;
const end=mark('all').ts;
for (const e of ev.filter((e:any)=>e.pid===pid&&e.tid===tid&&e.ts>=t0-1000&&e.ts<end+5000&&(e.dur??0)>400||/user_timing/.test(e.cat)).sort((a:any,b:any)=>a.ts-b.ts)) console.log(((e.ts-t0)/1000).toFixed(1).padStart(7), ((e.dur??0)/1000).toFixed(1).padStart(6), e.name, e.args?.data?.functionName??'');
await o.close(); await lab.close();
