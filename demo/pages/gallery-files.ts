/** Creates files for the gallery: real images, and files of any size that need no memory. */

const megabyte = new Blob([new Uint8Array(1_000_000)]);

/** Creates a file of `size` bytes, all of them 0. */
export function createFile(name: string, size: number, type = ''): File {
  const whole = Math.floor(size / megabyte.size);
  return new File([...Array<Blob>(whole).fill(megabyte), megabyte.slice(0, size % megabyte.size)], name, { type });
}

/** Draws a landscape and creates a JPEG of it. `hue`: the colour of the sky, in degrees. */
export async function createPicture(name: string, hue: number, [width, height] = [960, 720]): Promise<File> {
  const canvas = new OffscreenCanvas(width ?? 960, height ?? 720);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser cannot draw.');
  const sky = context.createLinearGradient(0, 0, 0, canvas.height);
  sky.addColorStop(0, `hsl(${hue} 62% 42%)`);
  sky.addColorStop(1, `hsl(${hue + 45} 85% 78%)`);
  context.fillStyle = sky;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = `hsl(${hue + 55} 100% 94%)`;
  context.beginPath();
  context.arc(canvas.width * 0.68, canvas.height * 0.34, canvas.height * 0.11, 0, 7);
  context.fill();
  [0.5, 0.64, 0.78].forEach((level, index) => {
    context.fillStyle = `hsl(${hue - 14 * index} ${38 - 6 * index}% ${40 - 12 * index}%)`;
    context.beginPath();
    context.moveTo(0, canvas.height);
    for (let x = 0; x <= canvas.width; x += 8) {
      const wave = Math.sin(x / (95 - 18 * index) + hue + index * 2) + Math.sin(x / 41 + index) / 3;
      context.lineTo(x, canvas.height * (level + 0.055 * wave));
    }
    context.lineTo(canvas.width, canvas.height);
    context.fill();
  });
  return new File([await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 })], name, { type: 'image/jpeg' });
}

/** Resolves when an element dispatches an event whose detail matches. */
export function waitForEvent<Detail>(element: HTMLElement, name: string, matches: (detail: Detail) => boolean = () => true): Promise<void> {
  return new Promise((resolve) => {
    element.addEventListener(name, function listener(event) {
      if (!matches((event as CustomEvent<Detail>).detail)) return;
      element.removeEventListener(name, listener);
      resolve();
    });
  });
}

/** Resolves with the uploader's button for an action as soon as the uploader shows it. */
export async function waitForButton(element: HTMLElement, action: string): Promise<HTMLElement> {
  for (;;) {
    const button = element.shadowRoot?.querySelector<HTMLElement>(`[data-action=${action}]`);
    if (button) return button;
    await new Promise(requestAnimationFrame);
  }
}
