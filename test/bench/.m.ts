import { Lab } from './lab.js';
const lab = await Lab.start(['ours-list'], { fromSources: true, profiling: false });
for (let i=0;i<4;i++){
const o = await lab.open({ page: 'ours-list' });
console.log(await o.page.evaluate(async () => {
  const el = document.querySelector('fine-uploader-s3');
  const content = new Blob(['x'.repeat(1024)]);
  const files = Array.from({length:10000},(_, i)=>new File([content],`file number ${i}.dat`));
  await new Promise(r=>setTimeout(r,300));
  const a = performance.now(); const marks=[];
  const obs = new PerformanceObserver(l=>{for(const e of l.getEntries()) marks.push(['long',Math.round(e.startTime-a),Math.round(e.duration)])}); obs.observe({type:'longtask'});
  el.addFiles(files); marks.push(['sync',performance.now()-a]);
  await null; await Promise.resolve(); marks.push(['micro',performance.now()-a]);
  for (let i=0;i<6;i++){ await new Promise(requestAnimationFrame); const t=performance.now()-a; const n=el.getUploads({status:'submitted'}).length; marks.push(['frame',t,n,'count took',performance.now()-a-t, !!el.shadowRoot.querySelector('.file')]); }
  return marks.map(m=>m.map(x=>typeof x==='number'?Math.round(x*10)/10:x).join(' ')).join('\n');
}));
await o.close();}
await lab.close();
