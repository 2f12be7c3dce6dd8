/** Creates a photo with 12 megapixels and about 2.5 MB, with details everywhere. Returns it in Base64. */

export {};

declare global {
  var makePhoto: () => Promise<string>;
}

globalThis.makePhoto = async () => {
  const canvas = new OffscreenCanvas(4000, 3000);
  const context = canvas.getContext('2d')!;
  const sky = context.createLinearGradient(0, 0, 4000, 3000);
  sky.addColorStop(0, '#247');
  sky.addColorStop(0.5, '#9be');
  sky.addColorStop(1, '#321');
  context.fillStyle = sky;
  context.fillRect(0, 0, 4000, 3000);
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let leaf = 0; leaf < 60_000; leaf++) {
    context.fillStyle = `hsl(${random() * 360} 40% ${random() * 100}% / 0.4)`;
    context.fillRect(random() * 4000, random() * 3000, 2 + random() * 25, 2 + random() * 25);
  }
  const encode = (quality: number) => canvas.convertToBlob({ type: 'image/jpeg', quality });
  let blob = await encode(0.9);
  for (let quality = 0.8; blob.size > 2.7e6 && quality > 0.1; quality -= 0.1) blob = await encode(quality);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (let place = 0; place < bytes.length; place += 8192) binary += String.fromCharCode(...bytes.subarray(place, place + 8192));
  return btoa(binary);
};
